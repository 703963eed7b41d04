/**
 * What is asked of the collection, and how an address holds it. Pure.
 *
 *     step      a decode step: model, formats, context and batch      default: the one of most GPUs
 *     gpu       a GPU by its name in the collection                   default: all
 *     browser   the program that ran                                  default: all
 *     system    the system under it                                   default: all
 *     when      year: the last twelve months; all                     default: year
 *     adapters  gpus, or software: programs that imitate one          default: gpus
 *     order     of the runs: newest, memory, tokens                   default: newest
 */

import { choiceParam, type Param, type QueryTable, readQuery, writeQuery } from '../../../session/param.ts';

export interface CrowdQuery {
  /** The key of a step (`stepParam`). Empty: the one that most GPUs have. */
  readonly step: string;
  /** A part's name. Empty: all. */
  readonly gpu: string;
  /** Empty: all. */
  readonly program: string;
  readonly system: string;
  readonly when: 'year' | 'all';
  readonly adapters: 'gpus' | 'software';
  readonly order: 'newest' | 'memory' | 'tokens';
}

export const DEFAULT_QUERY: CrowdQuery = {
  ...{ step: '', gpu: '', program: '', system: '' },
  ...{ when: 'year', adapters: 'gpus', order: 'newest' },
};

/** The maximum length of a name in an address, in characters: those of the collection are shorter. */
const MAX_NAME = 100;

/** Any text: whether the collection has it is seen once it is read. */
const nameParam: Param<string> = {
  rule: `a name of at most ${MAX_NAME} characters`,
  parse: (text) => (text.length <= MAX_NAME ? text : undefined),
};

const TABLE: QueryTable<CrowdQuery> = {
  keys: {
    ...{ step: 'step', gpu: 'gpu', program: 'browser', system: 'system' },
    ...{ when: 'when', adapters: 'adapters', order: 'order' },
  },
  params: {
    step: { ...nameParam, rule: `a model, its formats, context and batch, such as llama-3.1-8b,f16,f16,1024,1` },
    gpu: nameParam,
    program: nameParam,
    system: nameParam,
    when: choiceParam(['year', 'all']),
    adapters: choiceParam(['gpus', 'software']),
    order: choiceParam(['newest', 'memory', 'tokens']),
  },
};

export function crowdQueryIn(search: string): { readonly query: CrowdQuery; readonly problems: readonly string[] } {
  const { values, problems } = readQuery(search, DEFAULT_QUERY, TABLE);
  return { query: values, problems };
}

export const searchOf = (query: CrowdQuery): string => writeQuery(query, DEFAULT_QUERY, TABLE);
