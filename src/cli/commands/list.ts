/** `hbmark list`: lists what there is to measure, and to measure with. */

import { PROFILES } from '../../../harness/profiles.ts';
import { GPUS, type GpuSpec, gpusNamed } from '../../../results/gpus/by-name.ts';
import { NONE, significant } from '../../../results/text/figures.ts';
import { quoted } from '../../../results/text/shown.ts';
import { bitsPerValue } from '../../../shaders/formats/format.ts';
import { FORMATS } from '../../../shaders/formats/index.ts';
import { KERNELS } from '../../../shaders/registry.ts';
import { needText } from '../../model/claims/claim.ts';
import { CLAIMS } from '../../model/claims/index.ts';
import { QUANTISATIONS, quantisedTensors } from '../../model/files/quantisations.ts';
import {
  activeParameters,
  kvBytesPerToken,
  parameters,
  weightBytesHeld,
  weightBytesRead,
} from '../../model/models/accounting.ts';
import { modelById, PREDICTED_MODELS } from '../../model/models/predicted.ts';
import { tensorsAllIn } from '../../model/models/tensors.ts';
import { ESSAY, generationPoints, growthOf } from '../../model/theory/generations.ts';
import { speculativeSpeedup } from '../../model/theory/speculation.ts';
import { EXIT, UsageError } from '../errors.ts';
import { isOn } from '../flags.ts';
import { JSON_OUTPUT } from '../options.ts';
import { print, printJson } from '../text/print.ts';
import { table } from '../text/tables/table.ts';
import type { Command } from './command.ts';

type Row = Readonly<Record<string, string | number>>;

/** What `list speculation` has: tokens that are drafted for a check, shares of them that are accepted, and their cost. */
const DRAFTED = [1, 2, 3, 4, 6, 8];
const ACCEPTED = [0.5, 0.6, 0.7, 0.8, 0.9];
const DRAFT_COST = 0.05;

/** The model whose file says what a quantisation takes. */
const EXAMPLE = modelById('llama-3.1-8b');

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
  quantisations: () =>
    QUANTISATIONS.map((name) => {
      const bytes = weightBytesHeld(quantisedTensors(EXAMPLE, name));
      return {
        name,
        [`bytes of ${EXAMPLE.name}`]: bytes,
        'bits a weight': significant((8 * bytes) / parameters(EXAMPLE)),
      };
    }),
  models: () =>
    PREDICTED_MODELS.map((model) => ({
      id: model.id,
      name: model.name,
      parameters: parameters(model),
      activeParameters: activeParameters(model),
      f16WeightBytesPerStep: weightBytesRead(tensorsAllIn(model, 'f16'), 1),
      f16KvBytesPerToken: kvBytesPerToken(model, 'f16'),
      source: model.source,
    })),
  gpus: () => GPUS.map(gpuRow),
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
  racks: () =>
    generationPoints(ESSAY.workload, ESSAY.speed).map((one) => ({
      name: one.generation.name,
      status: one.generation.announced ? 'projection' : 'sold',
      [`tokens/s at ${ESSAY.speed} each, the essay's model`]: significant(one.atSpeed.perSecond),
      binds: one.atSpeed.bound,
      φ: significant(one.weightShare, 2),
      ε_BW: one.elasticities ? significant(one.elasticities.bandwidth, 2) : NONE,
      ε_M: one.elasticities ? significant(one.elasticities.memory, 2) : NONE,
      'speed where memory and bandwidth bind alike': significant(one.crossingSpeed, 2),
      'tokens/s with the weights in SRAM': significant(one.weightsInSram),
      'tokens/s per MW': one.perMegawatt === null ? NONE : significant(one.perMegawatt),
    })),
  speculation: () =>
    DRAFTED.map((drafted) => ({
      name: `${drafted} drafted`,
      ...Object.fromEntries(
        ACCEPTED.map((accepted) => [
          `speed-up, ${100 * accepted} % accepted`,
          significant(speculativeSpeedup({ accepted, drafted }, DRAFT_COST)),
        ]),
      ),
      'a drafted token costs': `${100 * DRAFT_COST} % of a step`,
    })),
};

/** A GPU's figures. What is not known is left open. */
const gpuRow = (gpu: GpuSpec): Row => ({
  name: gpu.name,
  memoryGB: gpu.memoryGB,
  'bytes, as drivers report': gpu.memoryBytes,
  gbps: gpu.gbps,
  memory: gpu.shared ? 'shared' : 'own',
  bits: gpu.busBits ?? NONE,
  'Gbit/s a pin': gpu.gbitPerPin ?? NONE,
  'f32 TFLOP/s': gpu.tflops?.f32 ?? NONE,
  f16: gpu.tflops?.f16 ?? NONE,
  fp8: gpu.tflops?.fp8 ?? NONE,
  fp4: gpu.tflops?.fp4 ?? NONE,
  int8: gpu.tflops?.int8 ?? NONE,
  watts: gpu.watts ?? NONE,
  'cache, MB': gpu.cacheMB ?? NONE,
  launched: gpu.projected ? 'projection' : (gpu.launched ?? NONE),
  usd: gpu.usd ?? NONE,
  source: gpu.source,
});

/** The rows that have all of the words in their first cells, and the GPUs that they mean together. */
function narrowed(rows: readonly Row[], words: readonly string[]): readonly Row[] {
  if (words.length === 0) return rows;
  const meant = new Set(gpusNamed(words.join(' ')).map(({ name }) => name));
  const wanted = words.map((word) => word.toLowerCase());
  return rows.filter((row) => {
    const [first = '', second = ''] = Object.values(row).map((cell) => String(cell).toLowerCase());
    const { name } = row;
    return meant.has(String(name)) || wanted.every((word) => `${first} ${second}`.includes(word));
  });
}

interface ListInput {
  readonly rows: readonly Row[];
  readonly json: boolean;
}

export const list = {
  name: 'list',
  args: '<what> [...words]',
  help: 'List kernels, formats, models, gpus and more; of those, what has all words in its name',
  options: [JSON_OUTPUT],

  parse([what = '', ...words], flags) {
    const all = Object.hasOwn(LISTS, what) ? LISTS[what]?.() : undefined;
    if (!all) throw new UsageError(`list one of ${Object.keys(LISTS).join(', ')}; got ${quoted(what)}`);
    const rows = narrowed(all, words);
    if (rows.length === 0) {
      throw new UsageError(
        `list ${what} must find a name that has ${words.length > 1 ? 'all of the words' : 'the word'}; got ${quoted(words.join(' '))}`,
      );
    }
    return { rows, json: isOn(JSON_OUTPUT, flags) };
  },

  run({ rows, json }) {
    const cells = rows.map((row) => Object.values(row).map(String));
    if (json) printJson(rows);
    else print(table(cells, Object.keys(rows[0] ?? {})));
    return EXIT.done;
  },
} satisfies Command<ListInput>;
