/** A progress bar on stderr, if stderr is a terminal: scripts and logs get none. */

import cliProgress from 'cli-progress';
import type { EngineEvent } from '../../../harness/tuning/events.ts';
import { etaText } from '../../../results/figures.ts';

export interface ProgressBar {
  show(event: EngineEvent): void;
  stop(): void;
}

/** @param title what the bar calls the work before its detail, such as `run 2 of 3` */
export function progressBar(title?: string): ProgressBar {
  if (!process.stderr.isTTY) return { show() {}, stop() {} };
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage} % · {left} · {detail}',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 24,
  });
  const titled = (detail: string) => (title === undefined ? detail : `${title} · ${detail}`);
  bar.start(1, 0, { left: '', detail: titled('starting') });
  return {
    show(event) {
      if (event.type !== 'progress') return;
      bar.update(event.fraction, { left: etaText(event.etaMs), detail: titled(event.detail) });
    },
    stop: () => bar.stop(),
  };
}
