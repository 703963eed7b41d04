/** The names of a GPU: what a person typed, and what the program says, may be one GPU. */

import { gpusNamed } from '../../../../../results/gpus/by-name.ts';
import { adapterName, namesOf } from '../../../../../results/machine/identity.ts';
import type { Rule } from '../../rule.ts';

export default {
  id: 'gpu-names',
  name: 'One GPU by all of its names',
  statement: 'The GPU that a person named is the one that the browser or program names, if it names one.',
  severity: 'doubtful',
  check({ adapter, reported: { gpu, memoryGB } }) {
    const names = namesOf(adapter).map((name) => gpusNamed(name));
    const known = names.find((meant) => meant.length > 0);
    if (known && names.some((meant) => meant.length > 0 && !meant.some((one) => known.includes(one)))) {
      return `Its names, such as ${adapterName(adapter)}, are of different GPUs.`;
    }
    if (gpu === undefined || !known) return undefined;
    const reported = gpusNamed(gpu);
    if (reported.length > 0 && !reported.some((one) => known.includes(one))) {
      return `It was reported to be ${reported[0]?.name ?? 'another GPU'}, and the program calls it ${adapterName(adapter)}.`;
    }
    const most = Math.max(...known.map((one) => one.memoryGB));
    return memoryGB !== undefined && memoryGB > TOO_MUCH * most
      ? `It was reported to have ${memoryGB} GB, and a ${known[0]?.name ?? 'GPU of that name'} has ${most} GB at most.`
      : undefined;
  },
} satisfies Rule;

/** People give the computer's memory for the GPU's, or count otherwise: beyond this factor it is another GPU. */
const TOO_MUCH = 8;
