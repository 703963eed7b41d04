/** A short run of the whole engine, of all kernels in Node, on this project's adapter, whichever WebGPU it has. */

import { expect, test } from 'vitest';
import { testHost } from '#host';
import { answersSeed } from '../../harness/run/answers-seed.ts';
import { isMeasured, streamingGBps } from '../../results/derived/derive.ts';
import { COHERENCE } from '../../results/labels/coherence.ts';
import { labelsOf } from '../../results/labels/index.ts';
import { isSoftware } from '../../results/machine/identity.ts';
import { checkRecord } from '../../results/record/check.ts';
import { KERNELS } from '../../shaders/registry.ts';
import { BRIEF, finish } from '../support/engine.ts';
import { EXAMPLES } from '../support/examples.ts';

/** Where kernels are verified on few examples (kernels.test.ts), the run has few kernels as well. */
const FEW = ['stream-read', 'gemv'];
const measured = KERNELS.measured.filter(({ id }) => EXAMPLES !== 'few' || FEW.includes(id));
const kernels = { ...KERNELS, measured };

test('a short run ends with a record that passes its check, is labelled software, and has a streaming figure', async () => {
  const { record, events } = await finish(await testHost(), { kernels });
  expect(checkRecord(JSON.parse(JSON.stringify(record)))).toMatchObject({ ok: true });
  expect(isSoftware(record.adapter)).toBe(true);
  expect(labelsOf(record).map(({ id }) => id)).toContain('software-adapter');
  // The build of a checkout is not published. Where other programs have the CPU that a software adapter runs on, time is
  // missing, and the adapter may be faster or slower than at its first look.
  const odd = COHERENCE.flatMap(({ id, applies }) => (applies(record) === undefined ? [] : [id]));
  expect(odd.filter((id) => id !== 'probe-differs' && id !== 'lost-time')).toEqual(['unpublished-build']);
  expect(events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['adapter', 'clock', 'plan', 'progress', 'measurement', 'label', 'done']),
  );
  expect(streamingGBps(record)?.value).toBeGreaterThan(0);
  // What it keeps of its outputs is what its seed gives, and no other.
  const by = { profile: BRIEF, kernels };
  const cases = record.measurements.filter(isMeasured).length;
  expect(answersSeed(record, record.seed, by)).toMatchObject({ kind: 'answers', cases, left: 0 });
  expect(answersSeed({ ...record, seed: 2 }, 2, by)).toMatchObject({ kind: 'contradicts' });
  for (const m of record.measurements) expect(m.status).toBe('measured');
});
