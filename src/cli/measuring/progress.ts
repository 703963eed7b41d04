/** A progress bar on stderr, if stderr is a terminal: scripts and logs get none. */

import cliProgress from 'cli-progress';
import type { EngineEvent } from '../../../harness/tuning/events.ts';
import { etaText } from '../../../results/figures.ts';

export interface ProgressBar {
  show(event: EngineEvent): void;
  stop(): void;
}

export function progressBar(): ProgressBar {
  if (!process.stderr.isTTY) return { show() {}, stop() {} };
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage} % · {left} · {detail}',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 24,
  });
  bar.start(1, 0, { left: '', detail: 'starting' });
  return {
    show(event) {
      if (event.type === 'progress') bar.update(event.fraction, { left: etaText(event.etaMs), detail: event.detail });
    },
    stop: () => bar.stop(),
  };
}
