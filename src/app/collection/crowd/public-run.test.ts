import { describe, expect, test } from 'vitest';
import { streamingGBps } from '../../../../results/derived/derive.ts';
import { readRecord } from '../../../../results/record/check.ts';
import { publicRecord } from '../../../crowd/public-record.ts';
import { gpuRecord } from '../../gallery/gpu-record.ts';
import { isRecordId, publicRun } from './public-run.ts';

const FILES = import.meta.glob<{ id: string; reported: object }>('../../../../results/data/*.json', {
  eager: true,
  import: 'default',
});

const SITE = 'https://bench.example/site/';

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

/** A run as the collector answers it. */
const answerOf = (record: object) => json({ status: 'plausible', reasons: [], ...publicRecord({ ...record }, false) });

describe.each([
  ...Object.entries(FILES).map(([file, record]) => ({ file, record })),
  { file: 'a GPU that somebody named', record: gpuRecord() },
])('$file', ({ record }) => {
  test('is read with its figures and its id, and without a text that somebody chose', async () => {
    const secret = { ...record, reported: { gpu: 'my secret', note: 'my note' } };
    const answer = await publicRun(SITE, record.id, async () => answerOf(secret));
    if (answer.kind !== 'found') throw new Error(JSON.stringify(answer));
    const { run } = answer;
    expect([run.record.id, run.status]).toEqual([record.id, 'plausible']);
    expect(streamingGBps(run.record)?.value).toBe(streamingGBps(readRecord(record))?.value);
    expect(run.text).not.toMatch(/my secret|my note/);
    expect(readRecord(JSON.parse(run.text))).toMatchObject({ seed: run.record.seed });
  });
});

test('what is no run is told apart', async () => {
  const { id } = gpuRecord();
  const page = () => new Response('<!doctype html>');
  const ask = (answer: Response | undefined) =>
    publicRun(SITE, id, async () => {
      if (!answer) throw new TypeError('Failed to fetch');
      return answer;
    });
  expect(await ask(json({}, 404))).toEqual({ kind: 'none' });
  expect(await ask(page())).toEqual({ kind: 'none' });
  expect(await ask(undefined)).toEqual({ kind: 'unanswered', why: 'the collector did not answer' });
  expect(await ask(json({}, 503))).toMatchObject({ kind: 'unanswered' });
  expect(await ask(json({ record: { id: 'another' } }))).toMatchObject({ kind: 'unanswered' });
  expect(await ask(answerOf({ ...gpuRecord(), id: id.replace(/^./, '0').replace(/.$/, '1') }))).toMatchObject({
    kind: 'unanswered',
  });
});

test('only what looks like an id is asked for', () => {
  expect(isRecordId(gpuRecord().id)).toBe(true);
  for (const key of ['2026-11-28T12:00:00.000Z 7', '../summary', `${gpuRecord().id}/x`])
    expect(isRecordId(key)).toBe(false);
});
