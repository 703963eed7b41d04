/** The memory that a run is going to use, as data: it is said before any is allocated. */

/** The maximum of bytes of all pools of a run together. */
export interface MemoryBudget {
  readonly bytes: number;
  /** Why it is what it is, in words for a person: a clause without a full stop. */
  readonly reason: string;
}

/** The bytes of the pools of a run. */
export interface PoolSizes {
  readonly main: number;
  /** The bytes of the pool that is written; 0 without one. */
  readonly written: number;
  /** The bytes of each pool for scales. */
  readonly scales: number;
  /** The bytes of all pools together. */
  readonly total: number;
}

export interface MemoryNeeds {
  readonly budget: MemoryBudget;
  /** Whether a person has named the budget. */
  readonly isNamed: boolean;
  /** The bytes that the profile asks for. */
  readonly wishedBytes: number;
  readonly pools: PoolSizes;
  /** The maximum of bytes of one decode step; 0 without steps. The pools are freed before the first. */
  readonly stepBytes: number;
  /** The maximum of bytes that are allocated at a time. Vectors, results and staging buffers are some MB beside it. */
  readonly totalBytes: number;
}
