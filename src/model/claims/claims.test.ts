import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRecord } from '../../../results/record/check.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { type Estimate, estimate } from '../../../results/statistics.ts';
import { KERNEL_FOLDERS } from '../../../shaders/registry.ts';
import { dispatchesIn } from '../../../shaders/step.ts';
import { modelOfCase } from '../models/index.ts';
import { CAPPED_STEPS, CAPS } from './caps.ts';
import { type Claim, judge, verdictOn } from './claim.ts';
import { evidenceOf } from './evidence.ts';
import { CLAIM_STEPS, CLAIMS, claimTasks, judgeClaims } from './index.ts';

const ROOT = new URL('../../../', import.meta.url);

const recordNamed = (name: string): RunRecord =>
  readRecord(JSON.parse(readFileSync(new URL(`results/data/${name}`, ROOT), 'utf8')));

const EMPTY = { clock: { ...recordNamed('2026-11-24-lavapipe-quick.json').clock }, measurements: [] };

describe.each(CLAIMS)('$id', (claim) => {
  test('has a statement, statistics with thresholds and reasons, and steps that can be composed', () => {
    expect(claim.statement).toMatch(/[.)]$/);
    expect(claim.statistics.length).toBeGreaterThan(0);
    for (const { what, threshold } of claim.statistics) {
      expect(what).toContain('?');
      expect(threshold.min ?? threshold.max).toBeTypeOf('number');
      expect(threshold.why.length).toBeGreaterThan(20);
    }
    for (const id of claim.kernels) expect(KERNEL_FOLDERS.has(id), id).toBe(true);
    for (const step of claim.steps) expect(modelOfCase(step.model), step.model).toBeDefined();
  });

  test('is undecided for a run that measured nothing for it, and says what is missing', () => {
    const { verdict, reason, chart } = judge(claim, evidenceOf(EMPTY));
    expect(verdict).toBe('undecided');
    expect(reason).toMatch(/^(the run had no|no f16 matrix)/);
    for (const { kind, points } of chart.series) if (kind === 'points') expect(points).toEqual([]);
  });

  test('says why a step of its own could not be measured', () => {
    const decode = claim.steps.map((one) => ({ status: 'skipped' as const, case: one, reason: 'the cat slept on it' }));
    expect(judge(claim, evidenceOf({ ...EMPTY, decode })).reason).toContain('the cat slept on it');
  });
});

test('every claim file is found, by its name', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.claim.ts'));
  expect(CLAIMS.map(({ id }) => id)).toEqual(files.map((name) => basename(name, '.claim.ts')).sort());
  expect(CLAIMS).toHaveLength(11);
});

test('steps that several claims ask for are measured once, and can be composed', () => {
  expect(new Set(CLAIM_STEPS.map((step) => JSON.stringify(step))).size).toBe(CLAIM_STEPS.length);
  expect(CLAIM_STEPS.length).toBeLessThan(CLAIMS.reduce((sum, { steps }) => sum + steps.length, 0));
  for (const task of claimTasks().slice(0, 2)) expect(dispatchesIn(task.make())).toBeGreaterThan(20);
});

test('each cap holds more than the one before, and refuses one sequence too many', () => {
  for (const [i, { memoryBytes, refused, tried }] of CAPS.entries()) {
    expect(memoryBytes).toBeGreaterThan(CAPS[i - 1]?.memoryBytes ?? 0);
    expect(refused.batch).toBe(Math.max(...tried.map(({ batch }) => batch)) + 1);
    for (const step of [refused, ...tried]) expect(step.memoryBytes).toBe(memoryBytes);
  }
  expect(Math.max(...CAPPED_STEPS.map(({ memoryBytes = 0 }) => memoryBytes))).toBeLessThan(4 * 2 ** 30);
});

/** An estimate whose interval is `low` to `high`. */
const between = (low: number, high: number): Estimate => estimate((low + high) / 2, [low, low, high, high], 8);

describe('a verdict', () => {
  const band = { min: 0.8, max: 1.25 };
  test('needs the whole interval on one side of each bound', () => {
    expect(verdictOn({ ci95: [0.8, 1.25] }, band)).toBe('holds');
    expect(verdictOn({ ci95: [0.79, 1] }, band)).toBe('undecided');
    expect(verdictOn({ ci95: [1, 1.26] }, band)).toBe('undecided');
    expect(verdictOn({ ci95: [0.5, 2] }, band)).toBe('undecided');
    expect(verdictOn({ ci95: [0.5, 0.79] }, band)).toBe('fails');
    expect(verdictOn({ ci95: [1.26, Number.POSITIVE_INFINITY] }, band)).toBe('fails');
    expect(verdictOn({ ci95: null }, band)).toBe('undecided');
    expect(verdictOn({ ci95: [3, 4] }, { min: 2 })).toBe('holds');
    expect(verdictOn({ ci95: [3, 4] }, { max: 2 })).toBe('fails');
  });

  const claimOf = (...found: (Estimate | string)[]): Claim => ({
    ...{ id: 'any', statement: 'Any.', steps: [], kernels: [] },
    statistics: found.map((of, i) => ({
      ...{ what: `number ${i} is ?`, shownAs: 'ratio', threshold: { min: 1, why: '' }, of: () => of },
    })),
    chart: () => ({ x: { title: '', scale: 'linear' }, y: { title: '', scale: 'linear' }, series: [] }),
  });
  const judged = (...found: (Estimate | string)[]) => judge(claimOf(...found), evidenceOf(EMPTY));

  test('holds where all statistics do, fails where one does, and names the decisive ones first', () => {
    expect(judged(between(2, 2.5), between(3, 3))).toMatchObject({
      verdict: 'holds',
      reason: expect.stringMatching(
        /^number 0 is 2\.25 \(2\.00 – 2\.50\), and the claim needs at least 1; number 1 is 3/,
      ),
    });
    expect(judged('nobody looked', between(0.2, 0.5))).toMatchObject({
      verdict: 'fails',
      reason: expect.stringMatching(/^number 1 is [^;]*$/),
    });
    expect(judged(between(2, 3), 'nobody looked')).toMatchObject({
      verdict: 'undecided',
      reason: expect.stringMatching(/^nobody looked; number 0/),
    });
  });
});

test.each(['lavapipe', 'swiftshader'])('%s fails the claim of bandwidth by its figures, not by its name', (name) => {
  const { clock, measurements } = recordNamed(`2026-11-24-${name}-quick.json`);
  const verdicts = judgeClaims({ clock, measurements });
  expect(verdicts.find(({ id }) => id === 'door')).toMatchObject({
    verdict: 'fails',
    reason: expect.stringMatching(
      /^a large f16 matrix–vector product uses \d\d\.\d % \(\d\d\.\d – \d\d\.\d %\) of the memory’s speed, and the claim needs at least 70 %/,
    ),
  });
  expect(verdicts.filter(({ verdict }) => verdict === 'holds')).toEqual([]);
});
