import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { publicRecord, spellingOf } from './public-record.ts';

const FOLDER = new URL('../../results/data/', import.meta.url);
const files = readdirSync(FOLDER, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.json') && !name.startsWith('reference'));

const read = (name: string): Record<string, unknown> => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
const [first = ''] = files;

/** A record with a text in the place of each of its texts and of the names that it may choose. */
function planted(value: unknown, text: string): unknown {
  if (typeof value === 'string') return text;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => planted(item, text));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      ['params', 'tuning', 'limits'].includes(key) ? { [text]: 1 } : planted(item, text),
    ]),
  );
}

describe('the public form of a record', () => {
  test.each(files)('%s keeps every number and all that the engine names', (name) => {
    const record = read(name);
    const { record: shown, withheld } = publicRecord(record, false);
    const numbers = (value: unknown) => JSON.stringify(value).match(/-?\d+\.\d+(?:e-?\d+)?/g)?.length;
    expect(JSON.stringify(shown).length).toBeGreaterThan(0.9 * JSON.stringify(record).length);
    expect(numbers(shown)).toBeGreaterThan(0.99 * (numbers(record) ?? 0));
    const expected = ['clock.reason', 'plan.memory.reason', 'events[].detail', 'adapter.description', 'adapter.device'];
    const more = ['discarded[].reason', '.reason', 'adapter.renderer'];
    for (const path of withheld)
      expect([path, [...expected, ...more].some((end) => path.endsWith(end))]).toEqual([path, true]);
  });

  test.each(['<script>alert(1)</script>', 'call me: 555', 'https://evil.example', 'ünïcödé', 'two words'])(
    '%s is shown nowhere, whatever place it has',
    (text) => {
      const { record, withheld } = publicRecord({ ...read(first), ...Object(planted(read(first), text)) }, false);
      expect(JSON.stringify(record)).not.toContain(text);
      expect(withheld).toEqual(expect.arrayContaining(['reported.gpu', 'adapter.vendor', 'host.brand'].slice(1)));
    },
  );

  test('a note is never shown, and a name only where it is of a known GPU, or typed alike', () => {
    const reported = (gpu: string, isAlike: boolean) =>
      publicRecord({ reported: { gpu, note: 'mine', memoryGB: 8 } }, isAlike).record;
    expect(reported('Voodoo  9', false)).toEqual({ reported: { gpu: null, note: null, memoryGB: 8 } });
    expect(reported('Voodoo  9', true)).toEqual({ reported: { gpu: 'voodoo 9', note: null, memoryGB: 8 } });
    expect(reported('rtx4090', false)).toEqual({
      reported: { gpu: 'NVIDIA GeForce RTX 4090', note: null, memoryGB: 8 },
    });
    expect(reported('rtx 4090 of Bob', false)).toEqual({ reported: { gpu: null, note: null, memoryGB: 8 } });
  });

  test('names are compared in one spelling', () => {
    expect(spellingOf('  ＲＴＸ\t4090 ')).toBe('rtx 4090');
  });
});
