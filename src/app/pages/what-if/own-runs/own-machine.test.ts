import { describe, expect, test } from 'vitest';
import { readRecord } from '../../../../../results/check.ts';
import committed from '../../../../../results/data/2026-11-24-swiftshader-quick.json';
import { streamingGBps } from '../../../../../results/derive.ts';
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
      memoryGB: 24,
      name: 'RTX 4090',
    });
  });

  test('is none without a read ceiling', () => {
    expect(ownMachine('k', { ...record, measurements: [] })).toBeUndefined();
  });
});
