/** A short run of the whole engine on this project's adapter, whichever WebGPU it has. */

import { expect, test } from 'vitest';
import { testHost } from '#host';
import { answersSeed } from '../../harness/run/answers-seed.ts';
import { checkRecord } from '../../results/check.ts';
import { isMeasured, streamingGBps } from '../../results/derive.ts';
import { COHERENCE } from '../../results/labels/coherence.ts';
import { labelsOf } from '../../results/labels/index.ts';
import { isSoftware } from '../../results/machine/identity.ts';
import { KERNELS } from '../../shaders/registry.ts';
import { BRIEF, finish } from '../support/engine.ts';

test('a short run of all kernels ends with a record that passes its check, is labelled software, and has a streaming figure', async () => {
  const { record, events } = await finish(await testHost());
  expect(checkRecord(JSON.parse(JSON.stringify(record)))).toMatchObject({ ok: true });
  expect(isSoftware(record.adapter)).toBe(true);
  expect(labelsOf(record).map(({ id }) => id)).toContain('software-adapter');
  // The build of a checkout is not published, and a busy machine may be faster or slower than at its first look.
  const odd = COHERENCE.flatMap(({ id, applies }) => (applies(record) === undefined ? [] : [id]));
  expect(odd.filter((id) => id !== 'probe-differs')).toEqual(['unpublished-build']);
  expect(events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['adapter', 'clock', 'plan', 'progress', 'measurement', 'label', 'done']),
  );
  expect(streamingGBps(record)?.value).toBeGreaterThan(0);
  const measured = record.measurements.filter(isMeasured).length;
  const answer = answersSeed(record, record.seed, { profile: BRIEF, kernels: KERNELS });
  expect(answer).toMatchObject({ kind: 'answers', cases: measured, left: 0 });
  expect(answersSeed({ ...record, seed: 2 }, 2, { profile: BRIEF, kernels: KERNELS })).toMatchObject({
    kind: 'contradicts',
  });
  for (const m of record.measurements) {
    expect(['measured', 'skipped']).toContain(m.status);
    if (!isMeasured(m)) expect(m.reason).toMatch(/shader-f16/);
  }
});
