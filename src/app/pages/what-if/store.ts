/** All that the page knows, as signals, and what a person can do to it. */

import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { type Answer, answerTo } from './answer.ts';
import { slowdown } from './bus/motion.ts';
import { ownMachines } from './own-runs/client.ts';
import type { OwnMachine } from './own-runs/own-machine.ts';
import { figuresOf, gpuOf, OWN, type Question, questionIn, withGpu, withOwn } from './question.ts';
import { rebased } from './slider.ts';

/** The numbers about which sliders and bus are drawn, so that they stay put while a value is changed. */
export interface Bases {
  readonly memoryGB: number;
  readonly gbps: number;
}

export interface Store {
  readonly answer: ReadonlySignal<Answer>;
  readonly bases: ReadonlySignal<Bases>;
  /** How many times longer a trip of the bus takes than the step that it stands for. */
  readonly slower: ReadonlySignal<number>;
  /** The machines of this browser's own runs. */
  readonly own: ReadonlySignal<readonly OwnMachine[]>;
  /** The one of them that is asked about. Undefined: none, or it is not found yet. */
  readonly measured: ReadonlySignal<OwnMachine | undefined>;
  /** Whether the address asks about a run that this browser does not keep. */
  readonly isRunMissing: ReadonlySignal<boolean>;
  /** What is known of GPUs and engines beyond the first picture. Undefined: not loaded yet. */
  readonly known: ReadonlySignal<Known | 'failed' | undefined>;
  /** One line for each parameter of the address that could not be used. */
  readonly problems: readonly string[];
  /** Changes some of the question. */
  readonly ask: (changes: Partial<Question>) => void;
  /** Asks about another GPU as it is sold, or with `OWN` about the same numbers as one's own. */
  readonly askGpu: (gpu: string) => void;
  /** Asks about the machine of an own run, by its measured bandwidth. */
  readonly askOwn: (machine: OwnMachine) => void;
  /** Finds the machines of this browser's own runs. */
  readonly findOwn: () => Promise<void>;
  /** Loads what is known of GPUs and engines. */
  readonly learn: () => Promise<void>;
}

type Known = typeof import('./expected/known.ts');

/** The question with the GPU's own numbers left out. */
function plain(question: Question): Question {
  const gpu = gpuOf(question);
  if (question.gpu === OWN) return question;
  // A run is that of own numbers.
  if (question.run !== '') return plain({ ...question, run: '' });
  const unless = (value: number | null, sold: number): number | null => (value === sold ? null : value);
  return { ...question, memoryGB: unless(question.memoryGB, gpu.memoryGB), gbps: unless(question.gbps, gpu.gbps) };
}

/** @param search the query of the page's address */
export function createStore(search: string): Store {
  const { question: asked, problems } = questionIn(search);
  const question = signal(plain(asked));
  const known = signal<Known | 'failed' | undefined>(undefined);
  const answer = computed(() => {
    const learnt = typeof known.value === 'object' ? known.value : undefined;
    return answerTo(question.value, learnt?.tflopsOf(question.value.gpu));
  });
  const bases = signal<Bases>(gpuBases(asked));
  const slower = signal(slowdown(answer.peek().time.seconds));

  const set = (next: Question): void => {
    question.value = plain(next);
    slower.value = slowdown(answer.peek().time.seconds, slower.peek());
  };

  const own = signal<readonly OwnMachine[]>([]);
  const areRunsRead = signal(false);
  const measured = computed(() => own.value.find(({ key }) => key === question.value.run));
  const setMachine = (next: Question): void => {
    set(next);
    bases.value = gpuBases(question.peek());
  };

  return {
    ...{ answer, bases, slower, own, measured, known, problems },
    isRunMissing: computed(() => areRunsRead.value && question.value.run !== '' && !measured.value),
    ask(changes) {
      set({ ...question.peek(), ...changes });
      const { memoryGB, gbps } = figuresOf(question.peek());
      bases.value = { memoryGB: rebased(bases.peek().memoryGB, memoryGB), gbps: rebased(bases.peek().gbps, gbps) };
    },
    askGpu: (gpu) => setMachine(withGpu(question.peek(), gpu)),
    askOwn: (machine) => setMachine(withOwn(question.peek(), machine)),
    findOwn: async () => {
      own.value = await ownMachines();
      areRunsRead.value = true;
    },
    learn: async () => {
      known.value = await import('./expected/known.ts').catch(() => 'failed' as const);
    },
  };
}

/** The bases of a machine: the numbers of its GPU, where its own are near them. */
function gpuBases(question: Question): Bases {
  const { memoryGB, gbps } = figuresOf(question);
  if (question.gpu === OWN) return { memoryGB, gbps };
  const gpu = gpuOf(question);
  return { memoryGB: rebased(gpu.memoryGB, memoryGB), gbps: rebased(gpu.gbps, gbps) };
}
