/** `hbmark list`: lists what there is to measure, and to measure with. */

import { PROFILES } from '../../../harness/profiles.ts';
import { NONE, significant } from '../../../results/figures.ts';
import { GPUS } from '../../../results/gpus.ts';
import { quoted } from '../../../results/shown.ts';
import { bitsPerValue } from '../../../shaders/formats/format.ts';
import { FORMATS } from '../../../shaders/formats/index.ts';
import { KERNELS } from '../../../shaders/registry.ts';
import { needText } from '../../model/claims/claim.ts';
import { CLAIMS } from '../../model/claims/index.ts';
import { activeParameters, kvBytesPerToken, parameters, weightBytesRead } from '../../model/models/accounting.ts';
import { MODELS } from '../../model/models/index.ts';
import { allIn, tensorsIn } from '../../model/models/tensors.ts';
import { growthOf } from '../../model/theory/generations.ts';
import { EXIT, UsageError } from '../errors.ts';
import { isOn } from '../flags.ts';
import { JSON_OUTPUT } from '../options.ts';
import { print, printJson } from '../text/print.ts';
import { table } from '../text/table.ts';
import type { Command } from './command.ts';

type Row = Readonly<Record<string, string | number>>;

/** Each list by the word that asks for it. */
const LISTS: Readonly<Record<string, () => Row[]>> = {
  kernels: () =>
    KERNELS.measured.map(({ id, variants, summary }) => ({ id, variants: Object.keys(variants).join(', '), summary })),
  formats: () =>
    Object.values(FORMATS).map((format) => ({
      id: format.id,
      bitsPerValue: bitsPerValue(format),
      summary: format.summary,
    })),
  models: () =>
    MODELS.map((model) => ({
      id: model.id,
      name: model.name,
      parameters: parameters(model),
      activeParameters: activeParameters(model),
      f16WeightBytesPerStep: weightBytesRead(tensorsIn(model, allIn('f16')), 1),
      f16KvBytesPerToken: kvBytesPerToken(model, 'f16'),
      source: model.source,
    })),
  gpus: () => GPUS.map(({ name, memoryGB, gbps, source }) => ({ name, memoryGB, gbps, source })),
  generations: () =>
    growthOf({ weightBytes: 70e9, cacheBytes: 1e9 }).map(({ generation: one, bandwidth, derived, product }) => ({
      name: one.name,
      gpus: one.gpus,
      memoryGB: one.gpus * one.memoryGB,
      gbps: one.gpus * one.gbps,
      kilowatts: one.kilowatts ?? NONE,
      status: one.announced ? 'projection' : 'sold',
      'bandwidth, to a GPU': significant(bandwidth),
      'BW·(1 − φ), 70 GB of weights': significant(derived),
      M·BW: significant(product),
      source: one.source,
    })),
  claims: () =>
    CLAIMS.map(({ id, statement, statistics, steps }) => ({
      id,
      statement,
      test: statistics.map((statistic) => `${statistic.what}: ${needText(statistic)}`).join('; '),
      steps: steps.length,
    })),
  profiles: () => Object.values(PROFILES).map(({ id, summary }) => ({ id, summary })),
};

interface ListInput {
  readonly rows: readonly Row[];
  readonly json: boolean;
}

export const list = {
  name: 'list',
  args: '<what>',
  help: `List ${Object.keys(LISTS).slice(0, -1).join(', ')} or ${Object.keys(LISTS).at(-1)}`,
  options: [JSON_OUTPUT],

  parse([what = ''], flags) {
    const rows = Object.hasOwn(LISTS, what) ? LISTS[what]?.() : undefined;
    if (!rows) throw new UsageError(`list one of ${Object.keys(LISTS).join(', ')}; got ${quoted(what)}`);
    return { rows, json: isOn(JSON_OUTPUT, flags) };
  },

  run({ rows, json }) {
    const cells = rows.map((row) => Object.values(row).map(String));
    if (json) printJson(rows);
    else print(table(cells, Object.keys(rows[0] ?? {})));
    return EXIT.done;
  },
} satisfies Command<ListInput>;
