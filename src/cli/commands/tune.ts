/** `hbmark tune`: finds the fastest correct tuning of every kernel on this machine, prints it, and keeps it. */

import { EXIT } from '../errors.ts';
import { isOn, readValue } from '../flags.ts';
import { inSession } from '../measuring/session.ts';
import { type TuneOutcome, tuneAndKeep } from '../measuring/tuning.ts';
import { BUDGET, JSON_OUTPUT, KERNEL, type Measuring, measuringOf, PLACE } from '../options.ts';
import { print, printJson } from '../text/print.ts';
import { defaultsOf, tuningLines } from '../text/tables/tuning-table.ts';
import type { Command } from './command.ts';

/** Enough for everything there is to tune: on a GPU a problem is settled in a few seconds. */
const DEFAULT_BUDGET_SECONDS = 300;

const TUNE_BUDGET = { ...BUDGET, help: `Maximum time for all kernels together (default: ${DEFAULT_BUDGET_SECONDS})` };

interface TuneInput extends Measuring {
  readonly json: boolean;
}

export const tune = {
  name: 'tune',
  help: 'Find the fastest tuning of every kernel on this machine; later runs use it',
  options: [KERNEL, TUNE_BUDGET, ...PLACE, JSON_OUTPUT],

  parse(_, flags) {
    const { host, adapter, params } = measuringOf(flags);
    const tuneSeconds = readValue(TUNE_BUDGET, flags) ?? DEFAULT_BUDGET_SECONDS;
    return { host, adapter, params: { ...params, tuneSeconds }, json: isOn(JSON_OUTPUT, flags) };
  },

  async run({ json, ...input }) {
    const { outcome, interrupted } = await inSession(async (session) => ({
      outcome: await tuneAndKeep(input, session),
      interrupted: session.signal.aborted,
    }));
    if (json) printJson(tuneDocument(outcome));
    else print(tuningLines(outcome).join('\n'));
    if (outcome.failure) throw outcome.failure.error;
    if (outcome.untuned.some(({ fault }) => fault)) return EXIT.wrong;
    if (outcome.unwritten !== undefined) return EXIT.unwritten;
    return interrupted ? EXIT.interrupted : EXIT.done;
  },
} satisfies Command<TuneInput>;

/**
 * Returns the document of `hbmark tune --json`: winners with their evidence, and problems without one, with the reason.
 */
function tuneDocument({ adapter, host, tuned, untuned, store }: TuneOutcome) {
  return {
    adapter,
    host,
    store,
    tuned: tuned.map((t) => ({ ...t, defaults: defaultsOf(t) })),
    untuned: untuned.map(({ kernel, variant, params, reason, fault }) => ({ kernel, variant, params, reason, fault })),
  };
}
