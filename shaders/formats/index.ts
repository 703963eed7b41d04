import { f16 } from './f16.ts';
import { f32 } from './f32.ts';
import type { Format } from './format.ts';

/** Every number format, by id. */
export const FORMATS: Readonly<Record<string, Format>> = { f32, f16 };

/** @throws naming the formats there are. */
export function formatById(id: string): Format {
  const format = FORMATS[id];
  if (!format) throw new RangeError(`unknown format "${id}"; there are ${Object.keys(FORMATS).join(', ')}`);
  return format;
}
