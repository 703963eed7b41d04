/**
 * Everything that a record holds, in plain words, to a depth of two keys: what a person may ask before handing one on. A
 * test compares it with the record's schema, so that a field which is added there must be explained here.
 */

export interface FieldGroup {
  readonly title: string;
  /** The words for each field, by its path in the record. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What tells something of the person's machine, first; then what was done, then what was measured. */
export const FIELD_GROUPS: readonly FieldGroup[] = [
  {
    title: 'What tells something of your machine',
    fields: {
      'host.kind': 'Whether it ran in a browser, in Node or in Deno',
      'host.brand': 'The browser’s name, or the engine’s',
      'host.majorVersion': 'Its version, without what comes after the first dot',
      'host.platform': 'The system, as “Windows” or “Linux x86_64”',
      'adapter.vendor': 'Who made the GPU',
      'adapter.architecture': 'The GPU’s family',
      'adapter.device': 'The GPU’s device name; browsers leave it empty',
      'adapter.description': 'The GPU’s name by WebGPU; browsers leave it empty',
      'adapter.renderer': 'The GPU’s name by WebGL, which every page may ask',
      'adapter.isFallbackAdapter': 'Whether the browser says that it is no real GPU',
      'adapter.subgroupMinSize': 'How many threads the GPU runs together, at least',
      'adapter.subgroupMaxSize': 'And at most',
      'adapter.features': 'What the GPU and the browser can do, by WebGPU’s names',
      'adapter.limits': 'The largest buffers and workgroups that they allow',
      'reported.gpu': 'The GPU’s name that you typed. Nothing, if you typed none',
      'reported.memoryGB': 'The GPU’s memory that you stated, in the terminal',
      'reported.note': 'A note that you wrote, in the terminal',
      created: 'The date and time at which the run began',
    },
  },
  {
    title: 'What ran',
    fields: {
      schema: 'The version of this list',
      id: 'A check sum of all the rest',
      profile: 'Quick, full or kernels',
      seed: 'The number that decides every random word and every order. It says nothing of you',
      'challenge.expires': 'If a collection gave that number: until when it takes the run as an answer',
      'challenge.mac': 'And a check sum by which it knows the number again. Everyone who asks gets another',
      'harness.version': 'The version of HBMark',
      'harness.commit': 'The state of its source',
      'harness.kernels': 'A check sum of the programs that ran on the GPU',
      'plan.poolBytes': 'How much memory was read in turn',
      'plan.probeGBps': 'The first look at the speed, from which the sizes follow',
      'plan.largestDispatchBytes': 'The most that one start of a program reads',
      'plan.layouts': 'Ways to split the work that were tried first',
      'plan.memory': 'How much memory was taken, in which steps, and why',
      'plan.cases': 'What was to be measured',
      'events.atMs': 'When something happened, counted from the start of the run',
      'events.kind': 'What happened: you paused it, the tab was hidden, the GPU was lost, …',
      'events.detail': 'The same in a sentence',
    },
  },
  {
    title: 'What was measured',
    fields: {
      'clock.trusted': 'Which clock counts: the GPU’s own, or the wall clock',
      'clock.reason': 'Why',
      'clock.wallQuantumMs': 'The step of the wall clock',
      'clock.emptySubmissionMs': 'What it costs to ask the GPU for nothing',
      'clock.completionMs': 'How soon the browser notices that work is done',
      'clock.preRoll': 'How much untimed work comes first, so that the GPU is awake',
      'clock.timestampQuantumNs': 'The step of the GPU’s clock',
      'clock.agreement': 'How far the two clocks agree',
      'clock.readings': 'The times by which they were compared',
      'measurements.status': 'Of each case: measured, wrong, skipped or failed',
      'measurements.case': 'Which program, at which size, in which format',
      'measurements.reason': 'Why it has no time, if it has none',
      'measurements.work': 'The bytes and operations that it needs',
      'measurements.rotationBytes': 'How many bytes come between two reads of the same byte',
      'measurements.workingSetBytes': 'The same where it was kept small, to find caches',
      'measurements.preRollDispatches': 'How often it ran untimed before each time',
      'measurements.verification': 'How its results compare with the CPU’s',
      'measurements.checks': 'Check sums of its results',
      'measurements.spots': 'A few of its results, which anybody can compute again',
      'measurements.samples': 'Every time that was taken, and when',
      'measurements.discarded': 'Times that do not count, with the reason',
      'measurements.stopped': 'Why no more were taken',
      'decode.status': 'The same of each decode step of a model',
      'decode.case': 'The model’s name, its formats, batch and context. Of your own model: its file’s name',
      'decode.reason': 'Why it has no time, if it has none',
      'decode.activations':
        'Whether its values were multiplied in 8 bits, or normed by projections, where that was faster',
      'decode.work': 'The bytes and operations of a step',
      'decode.dispatches': 'How many programs a step starts',
      'decode.layers': 'How many layers have memory of their own',
      'decode.residentBytes': 'The memory that the step took',
      'decode.rotationBytes': 'How many bytes come between two reads of the same byte',
      'decode.verification': 'How the results of its programs compare with the CPU’s',
      'decode.preRollSteps': 'How many steps ran untimed before each time',
      'decode.checksum': 'A check sum of what it left',
      'decode.samples': 'Every time that was taken, and when',
      'decode.discarded': 'Times that do not count, with the reason',
      'decode.explained':
        'If you asked for it: times of the step with programs added to it, to see where its time goes',
      'decode.stopped': 'Why no more were taken',
    },
  },
];
