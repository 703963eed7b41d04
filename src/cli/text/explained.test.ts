/** Where the time of a step goes, from a record's times to the terminal. Whether it is true: tests/calibration/. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isTimedStep } from '../../../results/derived/decode.ts';
import { explanationOf } from '../../../results/derived/explained.ts';
import { PARTS } from '../../../results/derived/step-parts.ts';
import { checkRecord, readRecord } from '../../../results/record/check.ts';
import { seal } from '../../../results/record/digest.ts';
import type { DecodeMeasured, ExplainedMeasured, RunRecord, Sample } from '../../../results/record/schema.ts';
import { explainedLines, explanationDocument } from './explained.ts';

const file = new URL('../../../results/data/2026-11-27-lavapipe-smollm2.json', import.meta.url);

/** Rounds of regions of two steps of `stepMs` each. */
const rounds = (stepMs: number): Sample[] =>
  [0, 1, 2, 3].map((round) => {
    const ms = Math.round(2e6 * stepMs * (1 + 1e-4 * round)) / 1e6;
    return { round, dispatches: 2, atMs: 1000 * round, wallMs: ms + 0.1, gpuMs: ms };
  });

const stepOf = ({ decode = [] }: RunRecord): DecodeMeasured => {
  const m = decode.find(isTimedStep);
  if (!m) throw new Error('the record has no step');
  return m;
};

/** The record with its first step explained: a kernel that reads, and one that does not. */
function explained(change: (explained: ExplainedMeasured, m: DecodeMeasured) => void = () => {}): RunRecord {
  const { id: _, ...body } = readRecord(JSON.parse(readFileSync(file, 'utf8')));
  const m = stepOf(body as RunRecord);
  const { bytesRead, bytesWritten, flops } = m.work;
  const kernel = { variant: 'portable', tuning: { workgroupSize: 64 }, added: 2 };
  const of: ExplainedMeasured = {
    status: 'measured',
    plain: rounds(100),
    empty: { added: m.dispatches, samples: rounds(101) },
    kernels: [
      {
        ...{
          ...kernel,
          kernel: 'gemv',
          params: { format: 'f16', rows: 64, columns: 64 },
          dispatches: m.dispatches - 1,
        },
        ...{ work: { bytesRead, bytesWritten: 0, flops }, workgroups: 8, rotationBytes: 1e6 },
        ...{ whole: rounds(200), half: rounds(160), unread: rounds(170) },
      },
      {
        ...{ ...kernel, kernel: 'argmax', params: { vocabulary: 64 }, dispatches: 1 },
        ...{ work: { bytesRead: 0, bytesWritten, flops: 0 }, workgroups: 1, rotationBytes: 0, whole: rounds(104) },
      },
    ],
  };
  change(of, m);
  m.explained = of;
  return seal(body);
}

const problemsOf = (record: RunRecord) => {
  const checked = checkRecord(JSON.parse(JSON.stringify(record)));
  return checked.ok ? [] : checked.problems;
};

test('the parts add up to the step, and to each kernel; a kernel’s time is that of one of the dispatches added', () => {
  const record = explained();
  expect(problemsOf(record)).toEqual([]);
  const found = explanationOf(stepOf(record), record);
  if (!found) throw new Error('nothing follows');
  const sum = (parts: typeof found.parts) => PARTS.reduce((total, id) => total + (parts[id]?.value ?? 0), 0);
  expect(sum(found.parts)).toBeCloseTo(found.stepMs.value, 9);
  const [gemv, argmax] = found.kernels;
  for (const { ms, parts } of found.kernels) expect(sum(parts)).toBeCloseTo(ms.value, 9);
  expect(gemv?.ms.value).toBeCloseTo(50, 1);
  // The line through half and all of 8 workgroups, at none: 2 · 30 − 50 ms.
  expect((gemv?.parts.launch?.value ?? 0) + (gemv?.parts.tail?.value ?? 0)).toBeCloseTo(10, 1);
  expect(gemv?.mayBeCached).toBe(true);
  // What has one workgroup has nothing but a launch and a tail.
  expect(argmax?.parts).toMatchObject({ arithmetic: undefined });
  expect(argmax?.parts.rest?.value).toBeCloseTo(0, 9);
});

test('without a read bandwidth, neither bytes nor arithmetic are measured', () => {
  const record = explained();
  const found = explanationOf(stepOf(record), { ...record, measurements: [] });
  expect(found?.parts).toMatchObject({ bytes: undefined, arithmetic: undefined });
  expect(explainedLines({ ...record, measurements: [] }).join('\n')).toContain('bytes       not measured');
});

test('a round in which a chain has no time, or an impossible one, does not count; without any nothing follows', () => {
  const of = (change: Parameters<typeof explained>[0]) => {
    const record = explained(change);
    return explanationOf(stepOf(record), record);
  };
  expect(of(({ kernels }) => kernels[0]?.whole.pop())?.rounds).toBe(3);
  expect(of(({ plain }) => Object.assign(plain[1] ?? {}, { gpuMs: -1 }))?.rounds).toBe(3);
  expect(of(({ empty }) => Object.assign(empty, { samples: rounds(101).map((s) => ({ ...s, dispatches: 3 })) }))).toBe(
    undefined,
  );
});

test('kernels that are not those of the step break a rule', () => {
  const broken = explained(({ kernels }) => kernels.pop());
  expect(problemsOf(broken).map(({ rule }) => rule)).toEqual([
    expect.stringMatching(/^must have the dispatches of the step together, \d+; got \d+$/),
    expect.stringMatching(/^must have the bytes of the step together, \d+; got \d+$/),
  ]);
  expect(problemsOf(explained(({ kernels }) => Object.assign(kernels[0] ?? {}, { shares: [] })))).toHaveLength(1);
});

test('the terminal has a line for each part and kernel, the document their figures, and a reason where there are none', () => {
  const record = explained();
  const text = explainedLines(record).join('\n');
  expect(text).toMatch(
    /^\nwhere the time of a step goes: smollm2-135m, .*; .* ms, read bandwidth .* GB\/s, 4 rounds\n/,
  );
  for (const id of PARTS) expect(text).toMatch(new RegExp(`^${id} .* %`, 'm'));
  expect(text).toMatch(/^gemv \(may be cached\) .*f16/m);
  const document = explanationDocument(stepOf(record), record);
  expect(document).toMatchObject({ rounds: 4, kernels: [{ kernel: 'gemv' }, { kernel: 'argmax' }] });
  const m = stepOf(record);
  m.explained = { status: 'skipped', reason: 'no time' };
  expect(explainedLines(record).at(-1)).toMatch(/^not explained: smollm2-135m, .*: no time$/);
  expect(explanationDocument(m, record)).toBeNull();
});
