/**
 * What a record keeps of its outputs, on a simulated device: an honest run answers its seed, also one that was resumed,
 * and a record that was edited, or put together of others, does not.
 */

import { beforeAll, describe, expect, test } from 'vitest';
import { PROFILES } from '../../../harness/profiles.ts';
import { type Answer, answersSeed } from '../../../harness/run/answers-seed.ts';
import { type RunOptions, run } from '../../../harness/run/run.ts';
import { seal } from '../../../results/record/digest.ts';
import { type Measured, type RunRecord, recordSchema } from '../../../results/record/schema.ts';
import { WELL_BEHAVED } from '../device/device.ts';
import { simulatedHost } from '../device/host.ts';
import { SIMULATED } from '../device/kernels.ts';
import { uniformOf } from '../figures/calibrate.ts';

const BY = { profile: PROFILES.quick, kernels: SIMULATED };
const CHALLENGE = { expires: '2026-12-01T00:00:00.000Z', mac: '0123456789abcdef0123456789abcdef' };

async function recordOf(seed: number, options: Partial<RunOptions> = {}): Promise<RunRecord> {
  const { host } = simulatedHost(WELL_BEHAVED, SIMULATED, uniformOf(seed));
  const harness = { version: '0.0.0', commit: null };
  const events = run(host, { ...BY, seed, harness, reported: {}, signal: { aborted: false }, ...options });
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
  }
}

/** A copy of a record that `change` has edited, with an id that is right. */
function edited(record: RunRecord, change: (cases: Measured[], all: RunRecord) => void): RunRecord {
  const { id: _, ...copy } = structuredClone(record);
  const sealed = seal(copy);
  change(casesOf(sealed), sealed);
  const { id: __, ...body } = sealed;
  return seal(body);
}

const casesOf = ({ measurements }: RunRecord): Measured[] =>
  measurements.filter((m): m is Measured => m.status === 'measured');

const answer = (record: RunRecord, seed = record.seed): Answer => answersSeed(record, seed, BY);

let honest: RunRecord;
let other: RunRecord;
beforeAll(async () => {
  honest = await recordOf(7);
  other = await recordOf(8, { challenge: CHALLENGE });
});

describe('an honest run', () => {
  test('answers its seed in every case; the record keeps to the schema', () => {
    expect(recordSchema.safeParse(JSON.parse(JSON.stringify(honest))).error).toBeUndefined();
    const { length: cases } = casesOf(honest);
    expect(cases).toBeGreaterThan(3);
    expect(answer(honest)).toEqual({ kind: 'answers', cases, outputs: expect.any(Number), left: 0 });
  });

  test('of a seed that a collector gave says so, and answers it', () => {
    expect(other.challenge).toEqual(CHALLENGE);
    expect(answer(other)).toMatchObject({ kind: 'answers' });
    expect(honest).not.toHaveProperty('challenge');
  });

  test('that was cancelled and resumed answers its seed, and keeps the challenge that it was begun with', async () => {
    let keeps = 0;
    const signal = { aborted: false };
    const keep = () => {
      signal.aborted = ++keeps === 12;
    };
    const { id: _, ...resume } = await recordOf(9, { signal, keep, challenge: CHALLENGE });
    const begun = resume.measurements.filter((m): m is Measured => m.status === 'measured');
    expect(begun.length).toBeGreaterThan(0);
    const record = await recordOf(9, { resume });
    expect(record.challenge).toEqual(CHALLENGE);
    expect(answer(record)).toMatchObject({ kind: 'answers', cases: casesOf(record).length, left: 0 });
    for (const m of begun) {
      const after = casesOf(record).find((one) => JSON.stringify(one.case) === JSON.stringify(m.case));
      expect(after?.spots).toEqual(m.spots);
    }
  });
});

test('a record of before outputs were kept says nothing, unless it says that a collector gave its seed', () => {
  const without = (record: RunRecord) =>
    edited(record, (cases) => {
      for (const m of cases) delete m.spots;
    });
  expect(answer(without(honest))).toEqual({
    kind: 'silent',
    reason: 'made before outputs were kept: nothing to recompute',
  });
  expect(answer(without(other))).toEqual({
    kind: 'contradicts',
    problem: expect.stringMatching(/^it keeps outputs of 0 of the \d+ cases that it measured$/),
  });
});

test('a size that no run plans is not computed, whatever it would take', () => {
  const record = edited(honest, (cases, all) => {
    const m = cases.find(({ case: { kernel } }) => kernel === 'stream-read');
    if (!m) throw new Error('the record must have a case of stream-read');
    m.case.params.bytes = 2 ** 50;
    all.plan.cases[all.measurements.indexOf(m)] = structuredClone(m.case);
  });
  const reason = expect.stringMatching(
    /^this version plans otherwise: plan\.cases\[\d+\] must be a case of stream-read/,
  );
  expect(answer(record)).toEqual({ kind: 'silent', reason });
});

describe('a record does not answer', () => {
  const spotsOf = (m: Measured | undefined) => {
    if (!m?.spots) throw new Error('the case must keep outputs');
    return m.spots;
  };

  const forged: Record<string, [why: RegExp, forge: (cases: Measured[], all: RunRecord) => void]> = {
    'with another seed': [
      /^measurements\[\d+\].spots: /,
      (_, all) => {
        all.seed = 8;
      },
    ],
    'with an output that was edited': [
      /^measurements\[2\].spots: .* is \d+, not \d+$/,
      ([, , m]) => {
        spotsOf(m).words[0] = ((spotsOf(m).words[0] ?? 0) ^ 1) >>> 0;
      },
    ],
    'with outputs of a run of another seed': [
      /spots: /,
      (cases) => {
        for (const [i, m] of casesOf(other).entries()) if (cases[i]) cases[i].spots = spotsOf(m);
      },
    ],
    'with the outputs of two cases exchanged': [
      /spots: /,
      ([a, b]) => {
        if (a && b) [a.spots, b.spots] = [spotsOf(b), spotsOf(a)];
      },
    ],
    'with an input said to lie elsewhere': [
      /^measurements\[1\].spots: /,
      ([, m]) => {
        const [place] = spotsOf(m).places;
        if (place) place[1] += 256;
      },
    ],
    'with an input beyond any slab': [
      /must place the \d+ bytes of source within a slab$/,
      ([m]) => {
        const [place] = spotsOf(m).places;
        if (place) place[1] = 2 ** 30;
      },
    ],
    'with fewer outputs': [
      /must keep \d outputs for this seed; got \d$/,
      ([m]) => {
        spotsOf(m).words.pop();
      },
    ],
    'without a place': [
      /must have a place for each of the 1 inputs that are streamed; got 0$/,
      ([m]) => {
        spotsOf(m).places.pop();
      },
    ],
    'with the outputs of one case left out': [
      /^it keeps outputs of \d+ of the \d+ cases that it measured$/,
      ([m]) => {
        delete m?.spots;
      },
    ],
  };

  test.each(Object.entries(forged))('%s', (_, [why, forge]) => {
    const { kind, ...rest } = answer(edited(honest, forge));
    expect(kind).toBe('contradicts');
    expect(rest).toEqual({ problem: expect.stringMatching(why) });
  });

  test('a seed that was given, but is not its own', () => {
    expect(answer(honest, 8)).toEqual({
      kind: 'contradicts',
      problem: 'its seed is 7, and not the 8 that was given',
    });
  });
});
