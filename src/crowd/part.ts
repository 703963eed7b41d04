/**
 * The part that a run was measured on: name, memory and number of GPUs. A run has the name of a part only if what names
 * its GPU means that one part and no other, so that a text which somebody typed never becomes a name in the collection.
 */

import { type GpuSpec, gpusCalled, gpusNamed } from '../../results/gpus/by-name.ts';
import { isSoftware, namesOf } from '../../results/machine/identity.ts';
import type { RunRecord } from '../../results/record/schema.ts';
import type { Part } from './row.ts';

/** A reported memory may differ from the table's by this share: people count in GiB, and drivers keep some. */
const MEMORY_APART = 0.1;

const NO_PART: Part = { name: '', memoryGB: null, count: 1 };

/** The part of a record; without a name where its GPU is not in the table, may be one of several, or is software. */
export function partOf({ adapter, reported }: Pick<RunRecord, 'adapter' | 'reported'>): Part {
  if (isSoftware(adapter)) return NO_PART;
  const { gpu, memoryGB } = reported;
  const texts = [...(gpu === undefined ? [] : [gpu]), ...namesOf(adapter)];
  for (const text of texts) {
    const meant = gpusNamed(text);
    const having = memoryGB === undefined ? meant : meant.filter((spec) => mayHave(spec, memoryGB));
    const called = new Set(gpusCalled(text).map(({ name }) => name));
    const [only, ...others] = having.length > 1 ? having.filter(({ name }) => called.has(name)) : having;
    if (only && others.length === 0) return { name: only.name, memoryGB: only.memoryGB, count: 1 };
    // A name of a GPU, though not of one alone: what comes after it is no surer.
    if (meant.length > 0) return NO_PART;
  }
  return NO_PART;
}

/** Apple sells one GPU with memories of several sizes, all equally fast; a part has the largest. */
const mayHave = (spec: GpuSpec, memoryGB: number): boolean =>
  (spec.sizesGB ?? [spec.memoryGB]).some(
    (size) => memoryGB <= size * (1 + MEMORY_APART) && memoryGB >= size * (1 - MEMORY_APART),
  );

/** A part as one text, for maps: equal for equal parts alone. */
export const partKey = ({ name, memoryGB, count }: Part): string => `${count} ${memoryGB} ${name}`;
