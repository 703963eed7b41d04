import { expect, test } from 'vitest';
import record from '../../../../results/data/2026-11-27-lavapipe-smollm2.json';
import { checkRecord } from '../../../../results/record/check.ts';
import { recordId } from '../../../../results/record/digest.ts';
import { CONSENT_VERSION } from '../../../crowd/consent.ts';
import { gpuRecord } from '../../gallery/gpu-record.ts';
import { prepare, suggestions } from './prepare.ts';

const text = JSON.stringify(record);

async function prepared(given: string, gpu: string) {
  const preparing = await prepare(given, gpu);
  if (!preparing.ok) throw new Error(preparing.why);
  const { consent, record: sent } = JSON.parse(preparing.prepared.json);
  return { ...preparing.prepared, consent, sent };
}

test('a record is sent as it is, with the version of the consent', async () => {
  const { consent, sent, id, json, readable, bytes, packedBytes } = await prepared(text, '');
  expect(consent).toBe(CONSENT_VERSION);
  expect(sent).toEqual(record);
  expect(id).toBe(record.id);
  expect(JSON.parse(readable)).toEqual(JSON.parse(json));
  expect(bytes).toBe(Buffer.byteLength(json));
  expect(packedBytes).toBeLessThan(bytes / 2);
});

test('a name that is typed is in what is sent, and a note never is', async () => {
  const changed = { ...record, reported: { note: 'my secret', gpu: 'old', memoryGB: 16 } };
  const noted = { ...changed, id: recordId(changed) };
  const { sent, json, machine } = await prepared(JSON.stringify(noted), ' RTX\u0000 4090 ');
  expect(sent.reported).toEqual({ gpu: 'RTX 4090', memoryGB: 16 });
  expect(json).not.toContain('my secret');
  expect(checkRecord(sent)).toMatchObject({ ok: true });
  // Software is called by its own name, whatever its owner calls it.
  expect(machine).not.toBe('');
  expect((await prepared(JSON.stringify(noted), '')).sent.reported).toEqual({ memoryGB: 16 });
});

test('what is no record is not prepared', async () => {
  expect(await prepare('{"schema": 99}', '')).toMatchObject({ ok: false, why: expect.stringMatching(/\w/) });
});

test('the GPUs that the adapter may be come first, and every GPU once', async () => {
  const names = await suggestions(JSON.stringify(gpuRecord()));
  expect(names[0]).toBe('NVIDIA GeForce RTX 4070');
  expect(new Set(names).size).toBe(names.length);
  expect(names.findIndex((name) => /^AMD|^Apple/.test(name))).toBeGreaterThan(20);
});
