/**
 * What the worker of the collection offers the pages. It reads runs where they are, by file and from this site's
 * collector, and works out what a page shows. Nothing throws across the border: an outcome is data.
 */

import type { Figure } from '../../../../results/text/figures.ts';
import type { Part, Reason, Status } from '../../../crowd/row.ts';
import type { StepKind } from '../../../crowd/summary.ts';
import type { CrowdQuery } from './query.ts';

/** `files`: the dataset beside the page. `collector`: the service of this site. */
export type SourceId = 'files' | 'collector';

/** The middle of some figures. */
export interface Middle {
  readonly n: number;
  readonly median: number;
  readonly quartiles: readonly [number, number];
}

/** A dot of the chart. */
export interface PartFigures {
  readonly key: string;
  /** What it is called: a GPU's name, or that of a program which imitates one. */
  readonly name: string;
  readonly part: Part;
  /** The read ceiling in GB/s. */
  readonly gbps: Middle | null;
  /** The step in tokens/s, for all requests together. */
  readonly tokens: Middle | null;
}

export type Step = StepKind;

export interface StepChoice {
  readonly key: string;
  readonly step: Step;
  /** The parts that have it, and their runs. */
  readonly parts: number;
  readonly runs: number;
}

/** A value that a filter may have, and the runs that would match. */
export interface Choice {
  readonly value: string;
  readonly runs: number;
}

/** The law over the collection (`src/crowd/law.ts`), and the parts that are off it. */
export interface LawView {
  /** The power by which speed grows with bandwidth: 1 where memory alone sets it. */
  readonly exponent: Figure;
  /** The share of the read ceiling at which a step's bytes are read, by the median part. */
  readonly share: Figure;
  /** How far parts lie off the law: two in three are nearer, relative. */
  readonly scatter: number;
  /** The tokens/s that it gives for a ceiling of 1 GB/s: `tokensAt` draws it. */
  readonly tokensAtOne: number;
  readonly outliers: readonly LawOutlier[];
}

export interface LawOutlier {
  /** The key of the part. */
  readonly key: string;
  /** Its speed over the one that its ceiling leads to. */
  readonly times: number;
  readonly reason: string;
}

export interface CrowdView {
  /** The runs that match, those that no statistic uses included. */
  readonly runs: number;
  /** The runs that statistics use: plausible and reproduced ones. */
  readonly counted: number;
  /** The runs among `counted` that name no one known GPU. No dot of the chart has them. */
  readonly unnamed: number;
  /** By their read ceiling, the fastest first. */
  readonly parts: readonly PartFigures[];
  /** Null: no run that matches has timed a whole model. */
  readonly step: StepChoice | null;
  /** The one of most parts first. */
  readonly steps: readonly StepChoice[];
  readonly gpus: readonly Choice[];
  readonly programs: readonly Choice[];
  readonly systems: readonly Choice[];
  readonly law: LawView | null;
  /**
   * `rows`: of every run that matches. `newest`: of the newest of them, as many as are read. `summary`: of all years,
   * and whatever the browser and system.
   */
  readonly of: 'rows' | 'newest' | 'summary';
}

/** Where the runs are that are shown. */
export interface SourceView {
  readonly id: SourceId;
  /** Runs that statistics use, software included, as far as it says. */
  readonly runs: number;
  /** The address of all of its runs as Parquet. */
  readonly parquet: string;
  /** The day on which the dataset was made. Undefined for a collector: it is of now. */
  readonly made?: string;
}

export interface Sources {
  readonly sources: readonly SourceView[];
  /** Why there are no more, in a sentence each. */
  readonly problems: readonly string[];
}

export type ViewAnswer = { readonly ok: true; readonly view: CrowdView } | { readonly ok: false; readonly why: string };

/** A run as a line of the table. */
export interface RunLine {
  readonly id: string;
  readonly name: string;
  /** The program and the system. */
  readonly place: string;
  readonly gbps: Figure | null;
  readonly tokens: Figure | null;
  /** When it began, as its record claims: ISO 8601 in UTC. */
  readonly claimed: string;
  readonly status: Status;
  readonly reasons: readonly Reason[];
  readonly source: SourceId;
}

/** Where a run stands among others of the same part. */
export interface Standing {
  readonly part: Part;
  readonly of: readonly StandingOf[];
}

export interface StandingOf {
  /** Null: the read ceiling in GB/s. */
  readonly step: Step | null;
  readonly own: Figure;
  /** The figures of other runs, in ascending order. */
  readonly others: readonly number[];
  readonly middle: Middle | null;
  /** The share of other runs that are slower, ties by half: from 0 to 1. Null: there is no other. */
  readonly faster: number | null;
}

export type StandingAnswer =
  | { readonly ok: true; readonly standing: Standing }
  | { readonly ok: false; readonly why: string /** Whether a name would help. */; readonly needsName: boolean };

export interface Crowd {
  /** Looks for what there is to read. */
  sources(): Promise<Sources>;
  /** What the small summaries say: at once, and not of every query. Undefined: nothing of this one. */
  quick(query: CrowdQuery): Promise<CrowdView | undefined>;
  view(query: CrowdQuery): Promise<ViewAnswer>;
  /** The runs that match from one index to another. @throws Error in a sentence for a person */
  lines(query: CrowdQuery, from: number, to: number): Promise<readonly RunLine[]>;
  /** The runs that match as a file. @throws Error in a sentence for a person */
  file(query: CrowdQuery, ending: 'csv' | 'json'): Promise<Blob>;
  /** @param record the JSON of a record; @param gpu the name that a person gave to its GPU later. Empty: none */
  standing(record: string, gpu: string): Promise<StandingAnswer>;
}
