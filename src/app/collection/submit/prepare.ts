/** What would be sent of a run: its record without a note, and with the GPU's name that a person gives. */

import { GPUS, gpusNamed } from '../../../../results/gpus/by-name.ts';
import { gpusOfArchitecture, namesOf } from '../../../../results/machine/identity.ts';
import { checkRecordText } from '../../../../results/record/record-text.ts';
import { shown, UNSEEN } from '../../../../results/text/shown.ts';
import { asHandedIn, submissionText } from '../../../crowd/submission.ts';
import { MAX_GPU_NAME } from '../../../session/params.ts';
import { canPack, packed } from '../../share/deflate.ts';
import { machineText } from '../../share/machine-text.ts';
import type { Preparing } from './api.ts';

export async function prepare(text: string, gpu: string): Promise<Preparing> {
  const checked = checkRecordText(text);
  if (!checked.ok) {
    const [{ path, rule } = { path: '', rule: 'it breaks a rule' }] = checked.problems;
    return { ok: false, why: shown(path ? `${path}: ${rule}` : `the record ${rule}`) };
  }
  const name = nameFrom(gpu);
  const { id, json: record } = asHandedIn(checked.record, JSON.parse(text), name);
  const json = submissionText(record);
  const bytes = new Blob([json]).size;
  return {
    ok: true,
    prepared: {
      ...{ id, json, bytes, created: checked.record.created },
      readable: JSON.stringify(JSON.parse(json), null, 2),
      packedBytes: canPack() ? (await packed(json, 'gzip')).length : null,
      machine: shown(machineText({ ...checked.record, reported: { gpu: name } })),
    },
  };
}

/** A typed name as a record may hold it. */
const nameFrom = (typed: string): string => typed.replace(UNSEEN, '').trim().slice(0, MAX_GPU_NAME);

/** Names of GPUs that a run may have been measured on, the likeliest first. */
export async function suggestions(text: string): Promise<readonly string[]> {
  const checked = checkRecordText(text);
  if (!checked.ok) return [];
  const { adapter } = checked.record;
  const vendor = adapter.vendor.toLowerCase();
  const likely = [
    ...namesOf(adapter).flatMap(gpusNamed),
    ...gpusOfArchitecture(adapter),
    ...GPUS.filter(({ name }) => vendor !== '' && name.toLowerCase().startsWith(vendor)),
    ...GPUS,
  ];
  return [...new Set(likely.map(({ name }) => name))];
}
