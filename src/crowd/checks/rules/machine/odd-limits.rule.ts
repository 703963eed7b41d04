/** Limits and features: what was measured keeps to them, and what was planned follows from them. */

import { isTimedStep } from '../../../../../results/derived/decode.ts';
import { isMeasured } from '../../../../../results/derived/derive.ts';
import type { RunRecord } from '../../../../../results/record/schema.ts';
import { bytesText } from '../../../../../results/text/figures.ts';
import type { Rule } from '../../rule.ts';

/** The features that variants of kernels need (shaders). `shader-f16` is one of older records. */
const NEEDS: ReadonlyMap<string, string> = new Map([
  ['subgroups', 'subgroups'],
  ['shader-f16', 'shader-f16'],
  ['dot-i8', 'packed_4x8_integer_dot_product'],
]);

/** The largest slab of a pool (`harness/device/pools.ts`). */
const MAX_SLAB_BYTES = 2 ** 30;

export default {
  id: 'odd-limits',
  name: 'Within its limits',
  statement: 'What a GPU says that it can do fits what was measured on it: no more, and no less.',
  severity: 'doubtful',
  check: (record) => missingFeature(record) ?? beyondLimits(record) ?? slabsOf(record),
} satisfies Rule;

/** Says which feature was used that the adapter lacks. */
function missingFeature({ adapter: { features }, measurements, decode = [], clock }: RunRecord): string | undefined {
  for (const m of measurements.filter(isMeasured)) {
    const needed = NEEDS.get(m.case.variant);
    if (needed !== undefined && !features.includes(needed)) {
      return `${m.case.kernel} was measured in a variant that needs ${needed}, and the adapter does not have that.`;
    }
  }
  const stamped = [...measurements.filter(isMeasured), ...decode.filter(isTimedStep), { samples: clock.readings }].some(
    ({ samples }) => samples.some(({ gpuMs }) => gpuMs !== null),
  );
  return stamped && !features.includes('timestamp-query')
    ? 'Regions have times by timestamps, and the adapter has no timestamp queries.'
    : undefined;
}

/** Says what was measured beyond a limit of the adapter. */
function beyondLimits({ adapter: { limits }, plan, measurements }: RunRecord): string | undefined {
  const { maxComputeInvocationsPerWorkgroup: threads, maxComputeWorkgroupSizeX: side } = limits;
  const most = Math.min(threads ?? Number.POSITIVE_INFINITY, side ?? Number.POSITIVE_INFINITY);
  for (const m of measurements.filter(isMeasured)) {
    const size = m.case.tuning.workgroupSize ?? 0;
    if (size > most) return `${m.case.kernel} ran with workgroups of ${size} threads, and the adapter allows ${most}.`;
  }
  const reads = measurements.filter(isMeasured).filter(({ case: { kernel } }) => kernel === 'stream-read');
  const largest = Math.max(0, ...reads.map(({ work }) => work.bytesRead));
  if (largest > plan.largestDispatchBytes) {
    return `A dispatch read ${bytesText(largest)}, and the largest that was planned reads ${bytesText(plan.largestDispatchBytes)}.`;
  }
  const { maxBufferSize = Number.POSITIVE_INFINITY, maxStorageBufferBindingSize: bound = maxBufferSize } = limits;
  const slab = Math.max(0, ...(plan.memory?.slabs ?? []).map(({ bytes }) => bytes));
  return slab > Math.min(maxBufferSize, bound)
    ? `A slab of memory has ${bytesText(slab)}, and the adapter binds ${bytesText(Math.min(maxBufferSize, bound))}.`
    : undefined;
}

/** Says that memory was taken in smaller pieces than the limits call for. */
function slabsOf({ adapter: { limits }, plan, events }: RunRecord): string | undefined {
  const { memory, poolBytes } = plan;
  const [first] = memory?.slabs ?? [];
  if (!memory || !first || memory.steps.some(({ given }) => !given)) return undefined;
  if (events.some(({ kind }) => kind === 'out-of-memory' || kind === 'lost' || kind === 'resumed')) return undefined;
  const { maxBufferSize = 0, maxStorageBufferBindingSize = 0 } = limits;
  const most = Math.min(poolBytes / 2, maxBufferSize, maxStorageBufferBindingSize, MAX_SLAB_BYTES);
  const slab = 2 ** Math.floor(Math.log2(most));
  return first.bytes < slab / 2
    ? `Memory was taken in pieces of ${bytesText(first.bytes)}, and these limits would have allowed ${bytesText(slab)}: limits were changed.`
    : undefined;
}
