/**
 * What a person at the terminal sees of a session, on stderr: the memory that it is going to use, and a progress bar if
 * stderr is a terminal. Scripts and logs get no bar.
 */

import cliProgress from 'cli-progress';
import type { EngineEvent } from '../../../harness/tuning/events.ts';
import { leftText } from '../../../results/text/figures.ts';
import { shown } from '../../../results/text/shown.ts';
import { lessText, needsText } from '../../session/memory-text.ts';
import { printError } from '../text/print.ts';

export interface ProgressBar {
  show(event: EngineEvent): void;
  stop(): void;
}

/** @param title what the bar calls the work before its detail, such as `run 2 of 3` */
export function progressBar(title?: string): ProgressBar {
  const bar = process.stderr.isTTY ? drawnBar(title) : undefined;
  return {
    show(event) {
      if (event.type === 'progress') bar?.show(event);
      if (event.type !== 'memory') return;
      bar?.stop();
      const less = lessText(event.needs);
      printError(`memory   ${needsText(event.needs)}${less === undefined ? '' : `, ${less}`}. --memory GB sets it`);
    },
    stop: () => bar?.stop(),
  };
}

/** A bar that is drawn from the first event on. */
function drawnBar(title: string | undefined) {
  // A terminal that closes takes stderr along, and the run has something to keep.
  process.stderr.on('error', () => {});
  const bar = new cliProgress.SingleBar({
    format: '{bar} {percentage} % · {left} · {detail}',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 24,
  });
  const titled = (detail: string) => (title === undefined ? detail : `${title} · ${detail}`);
  return {
    show({ fraction, leftMs, detail }: Extract<EngineEvent, { type: 'progress' }>) {
      if (!bar.isActive) bar.start(1, 0, { left: '', detail: '' });
      bar.update(fraction, { left: leftText(leftMs), detail: shown(titled(detail)) });
    },
    stop: () => bar.stop(),
  };
}
