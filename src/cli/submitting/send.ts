/** Sends runs to a collector, one after another, and keeps the tokens that delete them. */

import { messageOf } from '../../../harness/errors.ts';
import { shown } from '../../../results/shown.ts';
import { type Collector, collectorAt } from '../../session/collector.ts';
import { EXIT, type ExitCode, worstOf } from '../errors.ts';
import { keepToken } from '../files/token-files.ts';
import { print, printError } from '../text/print.ts';
import type { Prepared } from './submissions.ts';

/** Sends runs, and says what became of each. Returns the worst of their exit codes. */
export async function sendTo(to: URL, runs: readonly Prepared[]): Promise<ExitCode> {
  const collector = collectorAt(to);
  const codes: ExitCode[] = [];
  for (const run of runs) codes.push(await send(collector, to, run));
  return worstOf(codes);
}

async function send(collector: Collector, to: URL, { file, body }: Prepared): Promise<ExitCode> {
  const sent = await collector.submit(body);
  const name = shown(file);
  switch (sent.kind) {
    case 'added': {
      print(`${name}: added to the collection at ${to.href}`);
      print(`id       ${sent.id}`);
      print(`link     ${new URL(`result/?run=${sent.id}`, to).href}`);
      print(`token    ${sent.token}`);
      return keep(to, sent.id, sent.token);
    }
    case 'known':
      print(`${name}: is in the collection already (${sent.id}); whoever sent it first has its token`);
      return EXIT.done;
    default:
      printError(`hbmark: ${name} was not added: ${to.href} ${why(sent)}; the file is as it was`);
      return EXIT.unsent;
  }
}

const why = ({ kind, why }: { readonly kind: 'refused' | 'unanswered'; readonly why: string }): string =>
  kind === 'refused' ? `refuses it (${why})` : `gave no answer (${why})`;

function keep(to: URL, id: string, token: string): ExitCode {
  try {
    const kept = keepToken({ id, to: to.href, token, sent: new Date().toISOString() });
    print(`kept     ${shown(kept)}; "hbmark submit --delete ${id.slice(0, 12)} --to ${to.href}" deletes the run`);
    return EXIT.done;
  } catch (error) {
    printError(`hbmark: the token could not be kept (${messageOf(error)}): write it down to be able to delete the run`);
    return EXIT.unwritten;
  }
}
