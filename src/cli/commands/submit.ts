/**
 * `hbmark submit RECORD…`: adds runs to a collection, at a collector or as files for a pull request, and deletes them
 * again. Nothing is sent before a person has agreed, and nothing is tried twice.
 */

import { MAX_NAMES_LENGTH, shown } from '../../../results/text/shown.ts';
import type { Param } from '../../session/param.ts';
import { EXIT, UsageError } from '../errors.ts';
import { requireTokensFolder } from '../files/token-files.ts';
import { type Flags, isOn, type Option, readValue, type ValueOption } from '../flags.ts';
import { agrees, canAsk } from '../submitting/ask.ts';
import { writeContributions } from '../submitting/contribute.ts';
import { deleteAt } from '../submitting/delete.ts';
import { sendTo } from '../submitting/send.ts';
import { type Prepared, prepared } from '../submitting/submissions.ts';
import { print, printError } from '../text/print.ts';
import { consentLines, submissionLines } from '../text/submission-lines.ts';
import type { Command } from './command.ts';

/** The address of a collector's page, with a slash at its end, so that addresses below it can be made. */
const site: Param<URL> = {
  rule: 'the address of a collector’s page, such as https://bench.example/',
  parse(text) {
    const address = URL.canParse(text) ? new URL(text) : undefined;
    if (!address || !/^https?:$/.test(address.protocol) || address.username || address.search || address.hash)
      return undefined;
    if (!address.pathname.endsWith('/')) address.pathname += '/';
    return address;
  },
};

const TO: ValueOption<URL> = { name: 'to', value: 'URL', help: 'The collector to send to, by its page', param: site };

const AS_FILE: Option = { name: 'as-file', help: 'Send nothing: write the files of a pull request' };

const DRY_RUN: Option = { name: 'dry-run', help: 'Send nothing: say what would be sent, and what the rules say of it' };

const YES: Option = { name: 'yes', help: 'Agree to the consent without being asked, as in a script' };

const DELETE: ValueOption<string> = {
  name: 'delete',
  value: 'id',
  help: 'Delete a run that was submitted from here; the beginning of its id is enough',
  param: {
    rule: 'the id of a run: 8 to 64 of 0-9 and a-f',
    parse: (text) => (/^[0-9a-f]{8,64}$/.test(text) ? text : undefined),
  },
};

type SubmitInput =
  | { readonly what: 'delete'; readonly id: string; readonly to: URL }
  | { readonly what: 'try'; readonly runs: readonly Prepared[] }
  | { readonly what: 'write'; readonly runs: readonly Prepared[] }
  | { readonly what: 'send'; readonly runs: readonly Prepared[]; readonly to: URL; readonly yes: boolean };

export const submit = {
  name: 'submit',
  args: '[...records]',
  help: 'Add runs to a collection, or delete one that was added from here',
  options: [TO, YES, DRY_RUN, AS_FILE, DELETE],

  parse(files, flags): SubmitInput {
    const to = readValue(TO, flags);
    const id = readValue(DELETE, flags);
    const [isTry, isWrite] = [isOn(DRY_RUN, flags), isOn(AS_FILE, flags)];
    requireOne({ 'as-file': isWrite, 'dry-run': isTry, delete: id !== undefined });
    if (id !== undefined) {
      if (files.length > 0)
        throw new UsageError(`--delete takes no records; got ${shown(files.join(' '), MAX_NAMES_LENGTH)}`);
      return { what: 'delete', id, to: requireTo(to) };
    }
    if (files.length === 0) throw new UsageError('name at least one record: hbmark submit RECORD.json --to URL');
    if (isWrite && to) throw new UsageError('leave --to out: --as-file sends nothing');
    if (isTry) return { what: 'try', runs: files.map(prepared) };
    if (isWrite) return { what: 'write', runs: files.map(prepared) };
    return { what: 'send', runs: files.map(prepared), to: requireTo(to), yes: isAgreed(flags) };
  },

  async run(input) {
    if (input.what === 'delete') return deleteAt(input.to, input.id);
    if (input.what === 'send') requireTokensFolder();
    const isQuestion = input.what === 'send' && !input.yes;
    // What a person is asked about belongs to the question, and stands with it wherever the answer goes.
    const say = isQuestion ? printError : print;
    for (const run of input.runs) say(`${submissionLines(run).join('\n')}\n`);
    if (input.what === 'write') return writeContributions(input.runs);
    // A person who gives --yes has read the consent before.
    if (isQuestion || input.what === 'try') say(consentLines().join('\n'));
    if (input.what === 'try') return EXIT.done;
    const { runs, to } = input;
    const what = runs.length === 1 ? 'this run' : `these ${runs.length} runs`;
    if (isQuestion && !(await agrees(`Send ${what} to ${to.href}?`))) {
      printError('hbmark: nothing was sent, since you did not agree');
      return EXIT.unsent;
    }
    return sendTo(to, runs);
  },
} satisfies Command<SubmitInput>;

/** @throws UsageError if more than one is given */
function requireOne(given: Readonly<Record<string, boolean>>): void {
  const names = Object.keys(given).filter((name) => given[name]);
  if (names.length > 1) throw new UsageError(`give one of ${names.map((name) => `--${name}`).join(' and ')}`);
}

function requireTo(to: URL | undefined): URL {
  if (!to) throw new UsageError(`--to must be ${site.rule}; without a collector, --as-file writes files to hand in`);
  return to;
}

/** Whether the person has agreed by a flag. @throws UsageError if nobody is there to be asked */
function isAgreed(flags: Flags): boolean {
  const yes = isOn(YES, flags);
  if (!yes && !canAsk()) {
    throw new UsageError('nobody is at a terminal to be asked: read what --dry-run prints, and agree to it with --yes');
  }
  return yes;
}
