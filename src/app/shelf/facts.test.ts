import { expect, test } from 'vitest';
import quick from '../../../results/data/2026-11-24-swiftshader-quick.json';
import decoded from '../../../results/data/2026-11-27-lavapipe-smollm2.json';
import { isTimedStep, stepFigures } from '../../../results/derived/decode.ts';
import { streamingGBps } from '../../../results/derived/derive.ts';
import { readRecord } from '../../../results/record/check.ts';
import { hostText } from '../text/host-text.ts';
import { factsOf, gpuOf } from './facts.ts';

test('a run without decode steps has its bandwidth, and what its weights allow at most', () => {
  const record = readRecord(quick);
  const facts = factsOf(record);
  expect(facts.gbps?.value).toBe(streamingGBps(record)?.value);
  expect(facts.isSoftware).toBe(true);
  expect(facts.tokens).toMatchObject({ kind: 'atMost', of: expect.stringMatching(/^Llama .* f16$/) });
});

test('a run with decode steps has the first that a person asked for, for one reader', () => {
  const record = readRecord(decoded);
  const step = record.decode?.filter(isTimedStep).find(({ case: { experiment } }) => !experiment);
  if (!step) throw new Error('the record has no step');
  const { tokens } = factsOf(record);
  expect(tokens?.kind).toBe('measured');
  expect(tokens?.figure.value).toBe(stepFigures(step, record.clock.trusted)?.perUser.value);
  expect(tokens?.of).toMatch(/^SmolLM2 .*, batch \d+, context [\d,]+$/);
});

test('a run that measured nothing has neither', () => {
  const record = readRecord(quick);
  const nothing = { ...record, measurements: [], plan: { ...record.plan, cases: [] } };
  expect(factsOf(nothing)).toMatchObject({ gbps: null, tokens: null });
});

test('the name that the owner gave comes first, and a machine without any is called so', () => {
  const { adapter } = readRecord(quick);
  const nameless = { vendor: '', architecture: '', device: '', description: '', renderer: null };
  expect(gpuOf({ adapter, reported: { gpu: 'RTX 4090' } })).toBe('RTX 4090');
  expect(gpuOf({ adapter, reported: {} })).toBe('google swiftshader');
  expect(gpuOf({ adapter: { ...adapter, ...nameless }, reported: {} })).toBe('A GPU without a name');
});

test('a host is named as far as it is known', () => {
  expect(hostText({ kind: 'browser', brand: 'Chrome', majorVersion: 149, platform: 'Linux' })).toBe(
    'Chrome 149 on Linux',
  );
  expect(hostText({ kind: 'browser', brand: '', majorVersion: null, platform: '' })).toBe('not known');
});
