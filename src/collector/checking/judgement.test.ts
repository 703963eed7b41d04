import { expect, test } from 'vitest';
import { kernelsDigest } from '../../../harness/device/kernel-digest.ts';
import { readRecord } from '../../../results/check.ts';
import committed from '../../../results/data/2026-11-24-lavapipe-quick.json';
import { seal } from '../../../results/digest.ts';
import type { RecordBody } from '../../../results/schema.ts';
import { KERNELS } from '../../../shaders/registry.ts';
import { judgeText } from './judgement.ts';

const receivedMs = Date.parse('2026-11-29T12:00:00.000Z');
const { id: _, ...body } = readRecord(committed);
/** The record, as if the kernels of today had made it. */
const ofToday: RecordBody = { ...body, harness: { ...body.harness, kernels: kernelsDigest(KERNELS) } };
const judged = (record: RecordBody) => judgeText({ canonical: JSON.stringify(seal(record)), receivedMs });

test('a record of before outputs were kept is judged by the rules alone', () => {
  expect(judged(ofToday).reasons.map(({ rule }) => rule)).not.toContain('outputs-of-seed');
});

test('one that claims a seed of a collector, and keeps no outputs, is rejected with the reason', () => {
  const challenge = { expires: '2026-11-30T12:00:00.000Z', mac: '0123456789abcdef0123456789abcdef' };
  const { status, reasons } = judged({ ...ofToday, challenge });
  expect(status).toBe('rejected');
  expect(reasons.at(-1)).toEqual({
    rule: 'outputs-of-seed',
    text: 'Its outputs are not those of its seed: it keeps outputs of 0 of the 16 cases that it measured.',
  });
});
