/** The reader: a result out of a link, a file or this browser, checked. It works in the worker of the result's page. */

import { seal } from '../../../../results/record/digest.ts';
import { checkRecordText } from '../../../../results/record/record-text.ts';
import { isRecordId, publicRun } from '../../collection/crowd/public-run.ts';
import { keptRun } from '../../engine/kept/run-store.ts';
import { gpuNameOf, keepGpuName, withGpu } from '../../shelf/gpu-names.ts';
import { importedText } from '../../shelf/imported-store.ts';
import { shelf } from '../../shelf/shelf.ts';
import { takeFile } from '../../shelf/take-file.ts';
import { machineText } from '../machine-text.ts';
import { notInCollection, notKept } from '../problems.ts';
import type { Read, ReaderApi } from './api.ts';
import { readLink } from './read-link.ts';

/** The same as `ReaderApi`, told on which site: a worker does not know where the page is that started it. */
export interface ReaderOn extends Omit<ReaderApi, 'kept'> {
  kept(key: string, site: string): Promise<Read>;
}

export const reader: ReaderOn = {
  link: readLink,
  async file(file) {
    const taken = await takeFile(file);
    if (!taken.ok) return { kind: 'refusal', refusal: taken.refusal };
    const { record, text } = taken;
    return { kind: 'record', origin: 'imported', file: file.name, machine: machineText(record), record, text };
  },
  async kept(key, site) {
    const gpu = await gpuNameOf(key);
    const own = await keptRun(key);
    if (own) {
      const sealed = seal(own.body);
      const record = withGpu(sealed, gpu);
      return {
        ...{ kind: 'record', origin: 'own', key, gpu, machine: machineText(record), record },
        text: JSON.stringify(sealed),
      };
    }
    const text = await importedText(key);
    if (text === undefined && isRecordId(key)) return ofCollection(key, site);
    const checked = text === undefined ? undefined : checkRecordText(text);
    if (text === undefined || !checked?.ok) return { kind: 'refusal', refusal: notKept(key) };
    const record = withGpu(checked.record, gpu);
    return { kind: 'record', origin: 'imported', key, gpu, machine: machineText(record), record, text };
  },
  keep: (text, name) => shelf.add(new File([text], name, { type: 'application/json' })),
  nameGpu: keepGpuName,
};

async function ofCollection(id: string, site: string): Promise<Read> {
  const answer = await publicRun(site, id);
  if (answer.kind === 'none') return { kind: 'refusal', refusal: notKept(id) };
  if (answer.kind === 'unanswered') return { kind: 'refusal', refusal: notInCollection(answer.why) };
  const { record, text, status, reasons } = answer.run;
  return { kind: 'record', origin: 'crowd', machine: machineText(record), record, text, judged: { status, reasons } };
}
