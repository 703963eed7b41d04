/** Runs beside each other: what differs, and how many times as fast the first is as each of the others. Pure. */

import { ratioOf } from '../../../../results/derived/ratio.ts';
import { conditionsOf, differencesOf, type Subject, sharedFigures } from '../../../../results/derived/repeated.ts';
import { endedEarly } from '../../../../results/labels/course.ts';
import { adapterLine } from '../../../../results/machine/identity.ts';
import type { RecordBody } from '../../../../results/record/schema.ts';
import { bytesText, type Figure } from '../../../../results/text/figures.ts';
import { inEnglish } from '../../../../results/text/locale.ts';
import { shown } from '../../../../results/text/shown.ts';
import { shapeText } from '../../cards/measurements/case-text.ts';
import { gpuOf } from '../../shelf/facts.ts';
import { hostText } from '../../text/host-text.ts';
import { stepText } from '../../text/names.ts';

export interface ComparedRun {
  readonly key: string;
  /** The name that the person gave it, or its GPU's. */
  readonly name: string;
  readonly gpu: string;
  /** ISO 8601 in UTC. */
  readonly created: string;
  readonly profile: string;
  readonly origin: 'own' | 'imported' | 'crowd';
  /** Why the run ended early, in words. Empty: it is whole. */
  readonly endedEarly: string;
}

/** A condition that is not the same in all runs. */
export interface Difference {
  readonly name: string;
  /** What it is in each run, in their order. */
  readonly texts: readonly string[];
  /** The same as files have it, in English. */
  readonly written: readonly string[];
}

export interface ComparedCase {
  readonly kind: Subject['of'];
  readonly title: string;
  /** The title as files have it, in English. */
  readonly name: string;
  readonly unit: 'GB/s' | 'tokens/s';
  /** The figure of each run, in their order. */
  readonly figures: readonly Figure[];
  /** The first run's figure over that of each other run, in their order. */
  readonly ratios: readonly Figure[];
}

export interface Comparison {
  readonly runs: readonly ComparedRun[];
  readonly differences: readonly Difference[];
  /** The cases that all runs have: reading memory, decode steps, kernels. */
  readonly cases: readonly ComparedCase[];
}

/** A run with what a person knows it by. */
export interface NamedRun extends Pick<ComparedRun, 'key' | 'origin'> {
  /** Empty: it has no name. */
  readonly name: string;
  readonly body: RecordBody;
}

export function comparisonOf(runs: readonly NamedRun[]): Comparison {
  const bodies = runs.map(({ body }) => body);
  return {
    runs: runs.map(comparedRun),
    differences: differencesOf(bodies.map(conditionsOf)).map((name) => ({
      name,
      texts: bodies.map((body) => conditionTexts(body)[name] ?? ''),
      written: inEnglish(() => bodies.map((body) => conditionTexts(body)[name] ?? '')),
    })),
    cases: bodies.length < 2 ? [] : sharedFigures(bodies).flatMap(({ subject, runs: of }) => comparedCase(subject, of)),
  };
}

function comparedRun({ key, name, origin, body }: NamedRun): ComparedRun {
  const { created, profile } = body;
  const gpu = gpuOf(body);
  return { key, name: name || gpu, gpu, created, profile, origin, endedEarly: endedEarly(body)?.detail ?? '' };
}

/** The conditions of `conditionsOf` in words, by the same names. */
export function conditionTexts({ adapter, host, profile, harness, clock, plan }: RecordBody): Record<string, string> {
  return {
    adapter: `${shown(adapterLine(adapter))}${adapter.isFallbackAdapter ? ' (software)' : ''}`,
    'browser or engine': hostText(host),
    profile,
    kernels: harness.kernels.slice(0, 12),
    'version of HBMark': harness.version,
    'trusted clock': clock.trusted === 'timestamp-query' ? 'the GPU’s own' : 'the wall clock',
    'memory streamed through': bytesText(plan.poolBytes),
  };
}

function comparedCase(subject: Subject, figures: readonly Figure[]): ComparedCase[] {
  const title = titleOf(subject);
  const [first, ...others] = figures;
  if (title === undefined || !first) return [];
  const unit = subject.of === 'decode' ? 'tokens/s' : 'GB/s';
  const name = inEnglish(() => titleOf(subject)) ?? title;
  return [{ kind: subject.of, title, name, unit, figures, ratios: others.map((other) => ratioOf(first, other)) }];
}

/** Undefined for points of the cache curve, which are no figures of memory, and for steps that only a claim asked for. */
function titleOf(subject: Subject): string | undefined {
  if (subject.of === 'stream') return 'Reading memory';
  if (subject.of === 'decode') return subject.case.experiment ? undefined : stepText(subject.case);
  const { kernel, variant, params } = subject.case;
  if (params.workingSetBytes !== undefined) return undefined;
  const { format } = params;
  const shape = shapeText({ ...subject.case, tuning: {} });
  return [kernel, variant, format, shape].filter((part) => part !== undefined && part !== '').join(' · ');
}
