/**
 * Judges runs soon after they have come: the rules look at each in a worker. A replica also takes over what others have
 * left.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { KnownRun } from '../../crowd/checks/rule.ts';
import { isReproduced } from '../../crowd/reproduced.ts';
import { isCounted } from '../../crowd/row.ts';
import { CHALLENGE_SECRET } from '../challenge.ts';
import { type Pool, PoolIsFull, TooCostly } from '../checking/pool.ts';
import { type JudgedRun, type Store, type StoredRun, Unavailable } from '../store/store.ts';
import type { Metrics } from './metrics.ts';

/** The time between two looks at what is quarantined, in ms, where nothing has come. */
const LOOK_EVERY_MS = 5000;

/** The runs that are taken at a time: they are kept in memory meanwhile. */
const AT_A_TIME = 8;

/**
 * While runs come in, the rules rest for this many times as long as they worked: whoever submits waits, and a judgement may
 * come later. They never rest for longer than `MAX_REST_MS`.
 */
const REST = 9;
const MAX_REST_MS = 500;

/** What a run is compared with: copies of it have few originals, and some runs of its part say as much as all. */
const [MAX_NEIGHBOURS, MAX_OF_PART] = [16, 100];

export interface JudgeOptions {
  readonly store: Store;
  readonly pool: Pool;
  readonly metrics: Metrics;
  readonly log: (line: string) => void;
  readonly lookEveryMs?: number | undefined;
}

export class Judge {
  readonly #options: JudgeOptions;
  readonly #timer: NodeJS.Timeout;
  #working: Promise<void> | undefined;
  #isAsked = false;
  #isEnded = false;

  constructor(options: JudgeOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.wake(), options.lookEveryMs ?? LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Says that there may be runs to judge. */
  wake(): void {
    this.#isAsked = true;
    if (this.#isEnded || this.#working) return;
    this.#working = this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  /** Ends once the run at hand is judged. */
  async end(): Promise<void> {
    this.#isEnded = true;
    clearInterval(this.#timer);
    await this.#working;
  }

  async #work(): Promise<void> {
    const { store, log } = this.#options;
    try {
      while (this.#isAsked && !this.#isEnded) {
        this.#isAsked = false;
        const runs = await store.takeQuarantined(AT_A_TIME);
        for (const run of runs) {
          if (this.#isEnded) return;
          const beganMs = performance.now();
          await this.#judgeOne(run);
          if (this.#isAsked) await delay(Math.min(MAX_REST_MS, REST * (performance.now() - beganMs)));
        }
        if (runs.length > 0) this.#isAsked = true;
      }
    } catch (error) {
      // The runs stay quarantined, and are taken again.
      if (!(error instanceof PoolIsFull || error instanceof Unavailable)) log(`judging: ${String(error)}`);
    }
  }

  async #judgeOne({ row, canonical, receivedMs, submitter }: StoredRun): Promise<void> {
    const { store, pool, metrics, log } = this.#options;
    const [neighbours, ofPart, challengeSecret] = await Promise.all([
      store.neighbours(row, MAX_NEIGHBOURS),
      store.ofPart(row, MAX_OF_PART),
      store.secret(CHALLENGE_SECRET.name, CHALLENGE_SECRET.untilMs),
    ]);
    const input = { canonical, receivedMs, submitter, neighbours, ofPart, challengeSecret };
    const { status, reasons } = await pool.run('judgement', input).catch((error: unknown) => {
      if (error instanceof PoolIsFull) throw error;
      if (!(error instanceof TooCostly)) log(`judging ${row.id}: ${String(error)}`);
      const why = error instanceof TooCostly ? error.message : 'the rules fail on it';
      return {
        status: 'quarantined' as const,
        reasons: [{ rule: 'checkable', text: `It could not be judged: ${why}` }],
      };
    });
    await store.judge(row.id, status, reasons, 'waiting');
    metrics.count('hbmark_judgements_total', { status });
    if (isCounted(status)) await this.#lookAgain(ofPart, { row, submitter });
  }

  /** A run may be the one that earlier runs of its part still needed, to be reproduced. */
  async #lookAgain(ofPart: readonly JudgedRun[], added: KnownRun): Promise<void> {
    const { store, metrics } = this.#options;
    const all = [...ofPart, added];
    for (const { row, submitter, status } of ofPart) {
      if (status === 'reproduced' || !isReproduced(row, submitter, all)) continue;
      await store.judge(row.id, 'reproduced', [], 'found-plausible');
      metrics.count('hbmark_judgements_total', { status: 'reproduced' });
    }
  }
}
