/** A short run of the whole engine on this project's adapter, whichever WebGPU it has. */

import { expect, test } from 'vitest';
import { testHost } from '#host';
import { checkRecord } from '../../results/check.ts';
import { isMeasured, streamingGBps } from '../../results/derive.ts';
import { COHERENCE } from '../../results/labels/coherence.ts';
import { labelsOf } from '../../results/labels/index.ts';
import { isSoftware } from '../../results/machine/identity.ts';
import { finish } from '../support/engine.ts';

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
  for (const m of record.measurements) {
    expect(['measured', 'skipped']).toContain(m.status);
    if (!isMeasured(m)) expect(m.reason).toMatch(/shader-f16/);
  }
});
