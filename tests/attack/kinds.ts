/** The kinds of inputs, each with all that read it: the page and the terminal, by their own ways in. */

import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { HarnessError } from '../../harness/errors.ts';
import { checkRecordText } from '../../results/record/record-text.ts';
import { finished, memoryOf } from '../../src/app/gallery/fixtures.ts';
import { gpuRecord } from '../../src/app/gallery/gpu-record.ts';
import { linkNotice } from '../../src/app/pages/bench/link-notice.ts';
import { stepPlansOf } from '../../src/app/planner/step-plans.ts';
import { createStore } from '../../src/app/state/state.ts';
import { runText } from '../../src/cli/text/summary.ts';
import { nearestOfAll } from '../../src/model/files/nearest-format.ts';
import { readModel } from '../../src/model/files/read-model.ts';
import { ModelFileError } from '../../src/model/files/source.ts';
import { NAMED_MODELS } from '../../src/model/models/index.ts';
import type { Model } from '../../src/model/models/model.ts';
import { type DecodeSweep, sweepFor } from '../../src/model/request/sweep.ts';
import { formatParams, parseParams, sweepOf } from '../../src/session/params.ts';
import { filesOf, sourceOf } from '../support/models/model-files.ts';
import { type AttackOptions, attackAll, type Kind, type Reader, type Tally } from './attack.ts';
import type { Dice } from './dice.ts';
import type { Reading } from './faults.ts';
import { strangeArguments, strangeQuery, strangeQuestion } from './inputs.ts';
import { type StrangeFiles, strangeConfig, strangeGguf, strangeSafetensors } from './model-files.ts';
import { shownOn } from './page-text.ts';
import { garbageRecord, largeRecord, trueRecord } from './records.ts';
import { saidTo } from './said.ts';
import { answeredTo } from './what-if-text.ts';

/** A folder for the files that the terminal reads. */
const folder = mkdtempSync(join(tmpdir(), 'hbmark-attack-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const accepted = (shown: readonly string[]): Reading => ({ accepted: true, shown, messages: [] });
const refused = (...messages: string[]): Reading => ({ accepted: false, shown: [], messages });

const RECORD_FILE = join(folder, 'record.json');

/** What one of the commands says of a record. */
const ofRecord =
  (...args: string[]): Reader<string> =>
  (text) => {
    writeFileSync(RECORD_FILE, text);
    return saidTo([...args, RECORD_FILE], RECORD_FILE);
  };

/** What is shown of a record that passes its check. Undefined: it does not pass. */
const ofPassed =
  (shown: (record: Extract<ReturnType<typeof checkRecordText>, { ok: true }>['record']) => string[]): Reader<string> =>
  (text) => {
    const checked = checkRecordText(text);
    return checked.ok ? accepted(shown(checked.record)) : undefined;
  };

const recordKind = (id: string, make: (dice: Dice) => string): Kind<string> => ({
  ...{ id, make },
  source: (text) => text,
  readers: {
    check: ofRecord('check'),
    page: ofPassed((record) => shownOn(finished(record))),
    summary: ofPassed((record) => [...runText(record, NAMED_MODELS.slice(0, 1)).split('\n')]),
    fit: ofRecord('fit'),
    predict: ofRecord('predict', '--memory', '24', '--batch', '1,8', '--record'),
  },
});

const GPU = gpuRecord();

/** What the terminal says of a model file, which lies in a folder with its others. */
const predictedFrom: Reader<StrangeFiles> = async (files) => {
  const [{ name }] = files;
  const path = join(folder, name);
  try {
    for (const { name, head, size } of files) {
      if (name !== '' && dirname(join(folder, name)) === folder) writeSparse(join(folder, name), head, size);
    }
    return inOneLine(await saidTo(['predict', '--gpu', 'RTX 4090', '--model', path], path));
  } finally {
    for (const { name } of files) rmSync(join(folder, name), { force: true });
  }
};

/** A reading, unless a file was refused in several lines. */
function inOneLine(reading: Reading): Reading {
  if (reading.accepted || reading.messages.length === 1) return reading;
  throw new Error(`it was refused in ${reading.messages.length} lines`);
}

function writeSparse(path: string, head: Uint8Array, size: number): void {
  const file = openSync(path, 'w');
  try {
    writeSync(file, head);
    ftruncateSync(file, size);
  } finally {
    closeSync(file);
  }
}

/** The model in a file as the page reads it. @throws ModelFileError */
const modelIn = (files: StrangeFiles) =>
  readModel(
    filesOf(Object.fromEntries(files.map(({ name, head, size }) => [name, sourceOf(head, size)]))),
    files[0].name,
  );

/** What the page says of a model file. */
const chosen: Reader<StrangeFiles> = async (files) => {
  try {
    const { model, weights } = await modelIn(files);
    return accepted([model.name, (weights && nearestOfAll(weights.tensors)?.differs) ?? '']);
  } catch (error) {
    if (error instanceof ModelFileError) return refused(error.message);
    throw error;
  }
};

/** What the planner says of the steps of some models. */
function plansOf(models: readonly Model[], sweep: DecodeSweep): Reading {
  const { maxBufferSize = 0, maxStorageBufferBindingSize = 0 } = GPU.adapter.limits;
  const { steps } = stepPlansOf({ models, sweep }, { maxBufferSize, maxStorageBufferBindingSize }, BUDGET_BYTES);
  return accepted(steps.map(({ plan }) => (typeof plan === 'string' ? plan : JSON.stringify(plan))));
}

/** The memory of one step, as on a GPU of 12 GB. */
const BUDGET_BYTES = 8e9;

/** The memory of the steps of the model in a file. */
const planned: Reader<StrangeFiles> = async (files) => {
  const read = await modelIn(files).catch(() => undefined);
  if (!read) return undefined;
  const nearest = read.weights && nearestOfAll(read.weights.tensors);
  return plansOf([read.model], sweepFor('quick', { weights: [nearest?.format ?? 'f16'] }));
};

const modelKind = (id: string, make: (dice: Dice) => StrangeFiles): Kind<StrangeFiles> => ({
  ...{ id, make },
  // Without the zeros between letters, the words of a text in UTF-16 stand there, too.
  source: (files) => files.map(({ head }) => Buffer.from(head).toString('latin1').replaceAll('\0', '')).join(),
  readers: { page: chosen, planner: planned, predict: predictedFrom },
});

/** What the page shows to a person whom an address has brought to it. */
const opened: Reader<string> = (query) => {
  const { params, problems } = parseParams(query);
  const again = parseParams(formatParams(params));
  if (JSON.stringify(again) !== JSON.stringify({ params, problems: [] })) {
    throw new Error(`the address does not come back: ${formatParams(params)}`);
  }
  const store = createStore(params, problems, { program: 'chrome', system: 'windows' });
  store.inspected(GPU);
  store.notice.value = linkNotice(params.autorun);
  try {
    store.memory.value = memoryOf(store, GPU);
  } catch (error) {
    // Kernels that there are not, of which the page tells once a run is started.
    if (!(error instanceof HarnessError)) throw error;
    store.fail({ code: error.code, message: error.message });
  }
  const messages = [...problems, ...(store.error.value ? [store.error.value.message] : [])];
  return { accepted: messages.length === 0, shown: shownOn(store), messages };
};

/** All text of a query, as it is read. */
const decoded = (query: string): string => [...new URLSearchParams(query)].flat().join(' ');

/** The memory of the steps that an address asks for. */
const plannedSteps: Reader<string> = (query) => {
  const { params } = parseParams(query);
  const model = NAMED_MODELS.find(({ id }) => id === params.decode);
  return model && plansOf([model], sweepOf(params));
};

/** An attack with inputs of one kind. */
export interface Attack {
  readonly id: string;
  /** The share of this kind among all inputs. */
  readonly share: number;
  /** As `attackAll`. */
  readonly start: (options: AttackOptions) => Promise<Tally>;
}

const shareOf = <Input>(share: number, kind: Kind<Input>): Attack => ({
  ...{ id: kind.id, share },
  start: (options) => attackAll(kind, options),
});

/** All attacks. Their shares make one. */
export const ATTACKS: readonly Attack[] = [
  shareOf(0.3, {
    id: 'arguments',
    make: strangeArguments,
    source: (args: string[]) => args.join(' '),
    readers: { terminal: (args: string[]) => saidTo(args) },
  }),
  shareOf(0.01, {
    id: 'questions',
    make: strangeQuestion,
    source: decoded,
    readers: { 'what if': answeredTo },
  }),
  shareOf(0.12, {
    id: 'addresses',
    make: strangeQuery,
    source: decoded,
    readers: { page: opened, planner: plannedSteps },
  }),
  shareOf(0.13, modelKind('safetensors', strangeSafetensors)),
  shareOf(0.18, modelKind('config.json', strangeConfig)),
  shareOf(0.1, modelKind('gguf', strangeGguf)),
  shareOf(0.145, recordKind('garbage', garbageRecord)),
  shareOf(0.00005, recordKind('large', largeRecord)),
  shareOf(0.015, recordKind('records', trueRecord)),
];
