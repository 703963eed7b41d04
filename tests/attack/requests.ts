/** Requests of strangers to a collector, each made of its number: submissions nearly right, queries, ids, tokens. */

import { gzipSync } from 'node:zlib';
import { CONSENT_VERSION } from '../../src/crowd/consent.ts';
import { type Dice, diceOf } from './dice.ts';
import { garbled, ODD_NUMBERS, oddText, oddValue, plainOddText } from './odd.ts';
import { garbageRecord, trueRecord } from './records.ts';

export interface AttackRequest {
  readonly method: string;
  /** Without the first slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

const ID = '4b1a9e2217e3e128a37c66fa05fe959cfe34b0f46a1a59366f27411f1fa50a4c';
const FILTERS = [
  'part',
  'model',
  'program',
  'system',
  'software',
  'status',
  'since',
  'limit',
  'cursor',
  '__proto__',
  '',
];
const VALUES = ['true', 'plausible', '2026-11-29T00:00:00Z', '50', 'linux', 'WzEsMSwiMDAwMCIsMSwiIl0', "' or 1=1 --"];

/** A text as a header can hold it. */
const headerText = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 500);

export function requestOf(number: number): AttackRequest {
  const dice = diceOf(number);
  return dice.pick([submission, submission, submission, query, query, oneRun, moderation, anything])(dice);
}

function submission(dice: Dice): AttackRequest {
  const body = changed(Buffer.from(bodyText(dice)), dice);
  const isGzipped = dice.chance(0.7);
  const sent = isGzipped ? changed(gzipSync(body, { level: 1 }), dice) : body;
  return {
    ...{ method: 'POST', path: 'v1/runs', body: sent },
    headers: {
      'content-type': dice.chance(0.97) ? 'application/json' : headerText(oddText(dice)),
      ...(isGzipped && { 'content-encoding': dice.chance(0.98) ? 'gzip' : headerText(plainOddText(dice)) }),
      ...(dice.chance(0.05) && { origin: headerText(oddText(dice)) }),
    },
  };
}

function bodyText(dice: Dice): string {
  const record = dice.chance(0.6) ? trueRecord(dice) : garbageRecord(dice);
  const consent = dice.chance(0.95) ? JSON.stringify(CONSENT_VERSION) : JSON.stringify(oddValue(dice)) || 'null';
  const whole = `{"consent":${consent},"record":${record}}`;
  const nested = (of: string): string => `${of.repeat(dice.between(10, 20_000))}`;
  return dice.pick([
    ...Array.from({ length: 8 }, () => () => whole),
    () => garbled(whole, dice),
    () => whole.replace('"record"', '"__proto__"'),
    () => whole.replace('{', `{${JSON.stringify(oddText(dice))}:1,`),
    () => `{"consent":"1","record":${nested('[')}${nested(']')}}`,
    () => `{"consent":"1","record":{"a":${nested('{"a":')}1}}`,
    () => JSON.stringify(oddValue(dice)) || '',
  ])();
}

/** Bytes with some of them changed, cut off or repeated; mostly as they are. */
function changed(bytes: Buffer, dice: Dice): Buffer {
  if (bytes.length === 0 || dice.chance(0.85)) return bytes;
  const copy = Buffer.from(bytes);
  for (let i = dice.between(1, 8); i > 0; i--) copy[dice.below(copy.length)] = dice.below(256);
  const end = dice.chance(0.3) ? dice.below(copy.length) : copy.length;
  return dice.chance(0.1) ? Buffer.concat([copy, copy.subarray(0, end)]) : copy.subarray(0, end);
}

function query(dice: Dice): AttackRequest {
  const value = (): string =>
    dice.chance(0.5) ? dice.pick(VALUES) : dice.chance(0.5) ? oddText(dice, 200) : String(dice.pick(ODD_NUMBERS));
  const name = (): string => (dice.chance(0.9) ? dice.pick(FILTERS) : oddText(dice, 50));
  const encoded = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '?'));
  const pairs = Array.from({ length: dice.between(0, 5) }, () => `${encoded(name())}=${encoded(value())}`);
  const raw = dice.chance(0.1) ? `&${'%zz'.repeat(dice.between(1, 5))}` : '';
  return { method: 'GET', path: `${dice.pick(['v1/runs', 'v1/summary'])}?${pairs.join('&')}${raw}`, headers: {} };
}

function oneRun(dice: Dice): AttackRequest {
  const id = dice.chance(0.5) ? ID : encodeURIComponent(oddText(dice, 100).replace(/\p{Surrogate}/gu, '?'));
  const isDeleted = dice.chance(0.5);
  const authorization = dice.chance(0.7) ? `Bearer ${headerText(oddText(dice, 60))}` : headerText(oddText(dice, 60));
  return {
    ...{ method: isDeleted ? 'DELETE' : 'GET', path: `v1/runs/${id}` },
    headers: {
      ...(isDeleted && { authorization }),
      ...(dice.chance(0.2) && { 'if-none-match': headerText(oddText(dice)) }),
    },
  };
}

function moderation(dice: Dice): AttackRequest {
  return {
    ...{ method: 'POST', path: `v1/runs/${ID}/status`, body: Buffer.from(JSON.stringify(oddValue(dice)) || '') },
    headers: { 'content-type': 'application/json', authorization: `Bearer ${headerText(oddText(dice, 60))}` },
  };
}

function anything(dice: Dice): AttackRequest {
  const path = encodeURI(oddText(dice, 100).replace(/\p{Surrogate}/gu, '?')).replace(/^\/+/, '');
  return { method: dice.pick(['GET', 'POST', 'PUT', 'OPTIONS', 'HEAD', 'PATCH']), path: `v1/${path}`, headers: {} };
}
