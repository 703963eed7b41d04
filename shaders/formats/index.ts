/** The list of number formats. */

import { bf16 } from './bf16.ts';
import { f16 } from './f16.ts';
import { f32 } from './f32.ts';
import { fp8, mxfp4, nvfp4 } from './floats.ts';
import type { Format } from './format.ts';
import { int4g32, int4g128, int8, ternary } from './integers.ts';

const ALL: readonly Format[] = [f32, f16, bf16, int8, int4g32, int4g128, mxfp4, nvfp4, fp8, ternary];

const BY_ID: ReadonlyMap<string, Format> = new Map(ALL.map((format) => [format.id, format]));

/** Every number format, by id. Ids from outside are looked up by `formatById`. */
export const FORMATS: Readonly<Record<string, Format>> = Object.fromEntries(BY_ID);

/** Returns the number format of this id. @throws RangeError with the ids that there are. */
export function formatById(id: string): Format {
  const format = BY_ID.get(id);
  if (!format) throw new RangeError(`unknown format "${id}"; there are ${[...BY_ID.keys()].join(', ')}`);
  return format;
}
