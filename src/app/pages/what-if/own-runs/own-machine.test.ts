import { describe, expect, test } from 'vitest';
import committed from '../../../../../results/data/2026-11-24-swiftshader-quick.json';
import withSteps from '../../../../../results/data/2026-11-27-lavapipe-smollm2.json';
import { streamingGBps } from '../../../../../results/derived/derive.ts';
import { readRecord } from '../../../../../results/record/check.ts';
import { ownMachine } from './own-machine.ts';

describe('the machine of a kept run', () => {
  const record = readRecord(committed);

  test('has the measured read ceiling, and a name', () => {
    const machine = ownMachine('k', record);
    expect(machine).toMatchObject({ key: 'k', created: record.created });
    expect((machine?.gbps ?? 0) / (streamingGBps(record)?.value ?? 1)).toBeCloseTo(1, 2);
    expect(machine?.name).not.toBe('');
  });

  test('has the memory that the record says, or its GPU’s', () => {
    expect(ownMachine('k', { ...record, reported: {} })?.memoryGB).toBeNull();
    expect(ownMachine('k', { ...record, reported: { memoryGB: 12 } })?.memoryGB).toBe(12);
    expect(ownMachine('k', { ...record, reported: { gpu: 'RTX 4090' } })).toMatchObject({
      memoryGB: 25.757220864,
      name: 'RTX 4090',
    });
  });

  test('has the steps that were timed on it, and not those of claims', () => {
    const timed = readRecord(withSteps);
    const { steps = [] } = ownMachine('k', timed) ?? {};
    expect(steps).toHaveLength(timed.decode?.length ?? 0);
    expect(steps[0]?.of).toEqual({ model: 'smollm2-135m', weights: 'f16', kv: 'f16', batch: 1, context: 128 });
    expect(steps[0]?.tokensPerSecond.value).toBe(steps[0]?.perUser.value);
    const ofClaims = timed.decode?.map((m) => ({ ...m, case: { ...m.case, experiment: true as const } }));
    expect(ownMachine('k', { ...timed, decode: ofClaims })?.steps).toEqual([]);
  });

  test('is none without a read ceiling', () => {
    expect(ownMachine('k', { ...record, measurements: [] })).toBeUndefined();
  });
});
