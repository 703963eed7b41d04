/** Tests of what the result page says of a record. */

import { expect, test } from 'vitest';
import kernels from '../../../../results/data/2026-11-20-lavapipe-quick.json';
import steps from '../../../../results/data/2026-11-27-lavapipe-smollm2.json';
import one from '../../../../results/data/2026-11-27-swiftshader-smollm2-360m-context-4096.json';
import { readRecord } from '../../../../results/record/check.ts';
import { gbpsText } from '../../../../results/text/figures.ts';
import { DEFAULT_MODEL } from '../../../model/models/index.ts';
import { parseParams } from '../../../session/params.ts';
import { EMPTY_VIEW } from '../../analysis/empty-view.ts';
import { answerOf, viewOf } from '../../analysis/view.ts';
import { sameAgain } from './run-again.ts';
import { sentencesOf } from './sentence.ts';

const [KERNELS, ONE, STEPS] = [readRecord(kernels), readRecord(one), readRecord(steps)];

function said(record: typeof KERNELS) {
  const { clock, measurements, decode = [] } = record;
  const view = viewOf({ clock, measurements, decode }, DEFAULT_MODEL);
  return { view, ...sentencesOf(record, view, 'here') };
}

test('a whole model that was timed comes first', () => {
  expect(said(STEPS).first).toMatch(/^SmolLM2 135M \S+ writes [\d.]+\u00a0tokens\/s here\.$/);
});

test('without one, a bound is called a bound', () => {
  const { first, second, view } = said(KERNELS);
  expect(first).toMatch(/^Llama 3\.2 1B f16 writes at most [\d.]+\u00a0tokens\/s here\.$/);
  expect(second).toContain('no whole model was timed');
  const { value, unit } = gbpsText(view.headline?.gbps ?? { value: Number.NaN, ci95: null });
  expect(second).toContain(`delivers ${value}\u00a0${unit}`);
});

test('where nothing has a time, nothing is claimed', () => {
  expect(sentencesOf(KERNELS, EMPTY_VIEW, 'here').first).toBe('Nothing was measured.');
});

test.each([
  ['a kernel run', KERNELS],
  ['a step', ONE],
  ['steps', STEPS],
])('what is said before the rest is worked out is what the whole view says: %s', (_, record) => {
  const { first, second } = said(record);
  expect(sentencesOf(record, answerOf(record, DEFAULT_MODEL), 'here')).toEqual({ first, second });
});

test('the address that measures again is one that the Bench page takes', () => {
  for (const record of [KERNELS, ONE, STEPS]) {
    const { params, problems } = parseParams(sameAgain(record));
    expect(problems).toEqual([]);
    expect(params).toMatchObject({ profile: record.profile, seed: record.seed, autorun: 'no' });
  }
});

test('the steps of one model are in the address that measures again; those of two cannot be', () => {
  const { params } = parseParams(sameAgain(ONE));
  const cases = (ONE.decode ?? []).map(({ case: c }) => c).filter(({ experiment }) => !experiment);
  expect(params.decode).toBe(cases[0]?.model);
  expect(new Set(params.weights)).toEqual(new Set(cases.map(({ weights }) => weights)));
  expect(new Set(params.contexts)).toEqual(new Set(cases.map(({ context }) => context)));
  expect(parseParams(sameAgain(STEPS)).params.decode).toBe('');
});
