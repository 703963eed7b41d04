/**
 * A run as the collection knows it: one flat row, made from the record alone. The database, the static dataset, the
 * charts and the law over the collection all read rows, never whole records.
 */

/** The part that a run was measured on. Two runs are of one part only if all three are equal. */
export interface Part {
  /** The name in the table of GPUs; empty where the run names no GPU that is known. */
  readonly name: string;
  /** The memory's size in GB (10⁹ bytes), as the vendor sells it; null where it is not known. */
  readonly memoryGB: number | null;
  /** The number of GPUs that took part: 1, until a run can use more. */
  readonly count: number;
}

/** A decode step of a model that was measured whole. */
export interface RowStep {
  readonly model: string;
  readonly weights: string;
  readonly kv: string;
  /** The context of each request, in tokens. */
  readonly context: number;
  readonly batch: number;
  /** The bytes that a step has to read. */
  readonly bytes: number;
  /** For all requests together. */
  readonly tokensPerSecond: number;
  /** The 95 % interval; null where there are too few rounds. */
  readonly interval: readonly [number, number] | null;
}

export interface Row {
  /** The record's own id, which is its hash. */
  readonly id: string;
  /** When the run began, as the record claims: ISO 8601, UTC. */
  readonly claimed: string;
  readonly part: Part;
  /** Whether the adapter is a program that imitates a GPU. Such runs are kept apart from all others. */
  readonly software: boolean;
  /** Vendor and architecture, as the adapter gives them; empty where it does not. */
  readonly vendor: string;
  readonly architecture: string;
  /** `chrome`, `firefox`, `node` …, and `windows`, `linux` … (`results/machine/place.ts`). */
  readonly program: string;
  readonly system: string;
  readonly profile: string;
  /** The read ceiling in GB/s; null where it was not measured. */
  readonly gbps: number | null;
  readonly gbpsInterval: readonly [number, number] | null;
  readonly steps: readonly RowStep[];
  /**
   * Hashes of the samples that copies of them have, too (`fingerprint.ts`): at most 12, of at most 32 characters. Runs
   * that share one may be copies of each other.
   */
  readonly fingerprint: readonly string[];
}

/**
 * What becomes of a run. `quarantined`: not looked at yet, if it has no reasons; with reasons, a rule doubts it, and it
 * waits for a person. `plausible`: no rule objects. `reproduced`: runs of the same part by other submitters agree.
 * `rejected`: no run of the engine leaves such a record. Statistics use plausible and reproduced runs only. Nothing is
 * ever called verified: nothing can attest a browser.
 */
export type Status = (typeof STATUSES)[number];

export const STATUSES = ['quarantined', 'plausible', 'reproduced', 'rejected'] as const;

/** Whether statistics use runs of a status. */
export const isCounted = (status: Status): boolean => status === 'plausible' || status === 'reproduced';

/** Why a run is in its state: the rule's id, and one sentence. */
export interface Reason {
  readonly rule: string;
  readonly text: string;
}
