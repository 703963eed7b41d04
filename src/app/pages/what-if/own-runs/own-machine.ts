/** The machine of a run that this browser keeps, as far as "What if" needs it. */

import { streamingGBps } from '../../../../../results/derive.ts';
import { endedEarly } from '../../../../../results/labels/course.ts';
import { adapterName } from '../../../../../results/machine/identity.ts';
import type { RecordBody } from '../../../../../results/schema.ts';
import { shown } from '../../../../../results/shown.ts';
import { memoryGBOf } from '../../../../model/predict/machines.ts';

export interface OwnMachine {
  /** The run's key. */
  readonly key: string;
  /** The GPU's name, as far as it is known. */
  readonly name: string;
  /** ISO 8601 in UTC. */
  readonly created: string;
  /** The measured read ceiling. */
  readonly gbps: number;
  /** Null: neither the record nor the GPU's name says. */
  readonly memoryGB: number | null;
}

/** The machine of a run. Undefined for a run that ended early or has no read ceiling. */
export function ownMachine(key: string, body: RecordBody): OwnMachine | undefined {
  const streaming = endedEarly(body) ? undefined : streamingGBps(body);
  if (!streaming) return undefined;
  const { reported, adapter, created } = body;
  return {
    ...{ key, created },
    name: shown(reported.gpu || adapterName(adapter)) || 'A GPU without a name',
    gbps: Number(streaming.value.toPrecision(3)),
    memoryGB: memoryGBOf(body) ?? null,
  };
}
