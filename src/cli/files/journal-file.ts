/** The file `FILE.unfinished`: a run so far, beside the file of its record, in case that the run is killed. */

import { existsSync, renameSync } from 'node:fs';
import { messageOf } from '../../../harness/errors.ts';
import { seal } from '../../../results/record/digest.ts';
import type { RecordBody } from '../../../results/record/schema.ts';
import { KEEP_EVERY_MS } from '../hosts/host.ts';
import { printError } from '../text/print.ts';
import { readText } from './read-text.ts';
import { isStream, removeIfThere, writeWhole } from './write-file.ts';

/** Returns the journal of a record that is to be written to `out`. */
export const journalPath = (out: string): string => `${out}.unfinished`;

export class JournalFile {
  readonly path: string;
  readonly #isBesideStream: boolean;
  #isKept = false;
  #hasWarned = false;
  #keptMs = performance.now();

  /** @param out the file of the record. A device or a pipe has no journal beside it */
  constructor(out: string) {
    this.path = journalPath(out);
    this.#isBesideStream = isStream(out);
  }

  /** Whether the file holds a part of the run. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /**
   * Writes the run so far, unless it was tried less than `KEEP_EVERY_MS` ago. A file that cannot be written is said once,
   * and tried again the next time: the run goes on.
   */
  keep(body: () => RecordBody): void {
    if (this.#isBesideStream || performance.now() - this.#keptMs < KEEP_EVERY_MS) return;
    try {
      const soFar = body();
      if (!this.#isKept) this.#setAside(soFar);
      writeWhole(this.path, JSON.stringify(seal(soFar)));
      this.#isKept = true;
    } catch (error) {
      if (!this.#hasWarned) printError(`hbmark: ${this.#warning(error)}`);
      this.#hasWarned = true;
    }
    this.#keptMs = performance.now();
  }

  /** Removes the file, if it holds a part of this run: its record has been written. */
  remove(run: Pick<RecordBody, 'created'>): void {
    if (createdIn(this.path) === run.created) removeIfThere(this.path);
  }

  /** Moves what another run has left here: it may still be resumed, and so may those that were moved before it. */
  #setAside(run: Pick<RecordBody, 'created'>): void {
    const left = createdIn(this.path);
    if (left === undefined || left === run.created) return;
    let aside = `${this.path}.before`;
    for (let n = 2; existsSync(aside); n++) aside = `${this.path}.before-${n}`;
    renameSync(this.path, aside);
    printError(`hbmark: the run of ${left}, which ended early, was in ${this.path} and is in ${aside} now`);
  }

  #warning(error: unknown): string {
    const before = this.#isKept ? 'it holds an earlier part of the run' : 'nothing is kept if the run is killed';
    return `${this.path} cannot be written (${messageOf(error)}). The run goes on; until it can, ${before}`;
  }
}

/** When the run in a file began, ISO 8601 in UTC. Undefined: there is no such file, or no run in it. */
function createdIn(path: string): string | undefined {
  try {
    const { created }: { created?: unknown } = JSON.parse(readText(path));
    return typeof created === 'string' ? created.slice(0, 24).replace(/[^\dTZ:.-]/g, '') : undefined;
  } catch {
    return undefined;
  }
}
