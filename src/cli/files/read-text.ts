/** Text files by path, in whatever encoding an editor or a shell has written them. */

import { readFileSync } from 'node:fs';
import { textOf } from '../../../results/text/encodings.ts';

/** Reads a text file. @throws the system's error */
export const readText = (path: string): string => textOf(readFileSync(path));
