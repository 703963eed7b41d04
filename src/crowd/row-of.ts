/** The row of a run, out of its record. */

import { isTimedStep, stepTokens } from '../../results/derived/decode.ts';
import { streamingGBps } from '../../results/derived/derive.ts';
import { isSoftware } from '../../results/machine/identity.ts';
import { placeOf } from '../../results/machine/place.ts';
import { isVendor, vendorName } from '../../results/machine/vendors.ts';
import type { DecodeMeasured, RunRecord } from '../../results/record/schema.ts';
import type { Estimate } from '../../results/statistics.ts';
import { MODELS } from '../model/models/index.ts';
import { fingerprintOf } from './fingerprint.ts';
import { partOf } from './part.ts';
import type { Row, RowStep } from './row.ts';

/** The names of architectures: `lovelace`, `rdna-3`, `gen-12lp`. A longer text, or one of several words, is none. */
const ARCHITECTURE = /^[a-z0-9]{1,12}(?:-[a-z0-9]{1,8}){0,3}$/;

/** The row of a record that has passed its check. Nothing in it is a text that a person may choose. */
export function rowOf(record: RunRecord): Row {
  const { id, created, adapter, host, profile, decode = [], clock } = record;
  const { program, system } = placeOf(host);
  const vendor = vendorName(adapter.vendor);
  const gbps = streamingGBps(record);
  return {
    ...{ id, claimed: created, part: partOf(record), software: isSoftware(adapter) },
    vendor: isVendor(vendor) ? vendor : '',
    architecture: isVendor(vendor) && ARCHITECTURE.test(adapter.architecture) ? adapter.architecture : '',
    ...{ program, system, profile },
    gbps: gbps?.value ?? null,
    gbpsInterval: gbps ? intervalOf(gbps) : null,
    steps: decode.filter(isTimedStep).flatMap((m) => stepOf(m, clock.trusted)),
    fingerprint: fingerprintOf(record),
  };
}

/**
 * A step of a row; nothing for one of a model that came from a file, whose name may be any text, for one of an
 * experiment, in a capped memory, or of mixed lengths, and where the samples give no time.
 */
function stepOf(m: DecodeMeasured, trusted: RunRecord['clock']['trusted']): RowStep[] {
  const { model, weights, kv, context, batch, shortest, memoryBytes, experiment } = m.case;
  const isPlain = shortest === undefined && memoryBytes === undefined && experiment === undefined;
  if (!isPlain || !MODELS.some(({ id }) => id === model)) return [];
  const tokens = stepTokens(m, trusted);
  if (!tokens) return [];
  return [
    {
      ...{ model, weights, kv, context, batch },
      bytes: m.work.bytesRead,
      tokensPerSecond: tokens.value,
      interval: intervalOf(tokens),
    },
  ];
}

/** An interval with two ends; null where there is none, or where it is open. */
const intervalOf = ({ ci95 }: Estimate): readonly [number, number] | null =>
  ci95 && Number.isFinite(ci95[0]) && Number.isFinite(ci95[1]) ? [ci95[0], ci95[1]] : null;
