/**
 * Reasons are read by everybody, and a record holds texts that anyone may have written: names of GPUs, models, programs.
 * Those that are known by a list stay in a reason, and others are left out of it.
 */

import { GPUS } from '../../../results/gpus/by-name.ts';
import { namesOf } from '../../../results/machine/identity.ts';
import { rendererOf } from '../../../results/machine/renderer.ts';
import { isVendor } from '../../../results/machine/vendors.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { NAMED_MODELS } from '../../model/models/index.ts';

/** What stands for a text that is left out. */
const LEFT_OUT = '(a name)';

const KNOWN: ReadonlySet<string> = new Set([...GPUS.map(({ name }) => name), ...NAMED_MODELS.map(({ id }) => id)]);

/** Names of kernels, features and architectures: one short word of code, in which nothing can be said. */
const CODE = /^[a-z0-9]{1,16}(?:[-_][a-z0-9]{1,16}){0,4}$/;

const VERSION = /^\d{1,4}\.\d{1,4}\.\d{1,4}$/;

/** The shortest text that is looked for: a shorter one is a part of too many words. */
const MIN_LENGTH = 3;

/** The reason without any text of the record that no list has. */
export function publicText(reason: string, record: RunRecord): string {
  const { adapter, reported, host, harness, measurements, decode = [] } = record;
  const names = [adapter.vendor, adapter.architecture, adapter.device, adapter.description, adapter.renderer ?? ''];
  const texts = new Set([
    ...[...names, ...namesOf(adapter), rendererOf(adapter.renderer ?? '')?.name ?? ''],
    ...[reported.gpu ?? '', reported.note ?? '', host.brand, host.platform],
    ...(VERSION.test(harness.version) ? [] : [harness.version]),
    ...adapter.features,
    ...measurements.map((m) => m.case.kernel),
    ...decode.map((m) => m.case.model),
  ]);
  const strange = [...texts].filter(
    (text) => text.length >= MIN_LENGTH && !KNOWN.has(text) && !isVendor(text) && !CODE.test(text),
  );
  // The longest first: one may hold another.
  return strange
    .sort((a, b) => b.length - a.length)
    .reduce((text, one) => text.replaceAll(one, LEFT_OUT).replaceAll(one.slice(0, SHOWN), LEFT_OUT), reason);
}

/** Some reasons show the first letters of a name alone. */
const SHOWN = 60;
