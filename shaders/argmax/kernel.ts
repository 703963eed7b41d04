import { f32 } from '../formats/f32.ts';
import { defineKernel } from '../kernel.ts';
import wgsl from './argmax.wgsl?raw';

type ArgmaxParams = {
  /** The number of tokens. */
  readonly batch: number;
  /** The number of logits of a token. Its row is stored in whole 16-byte loads; the padding is ignored. */
  readonly vocabulary: number;
  /**
   * The number of random bits in the mantissa of a logit. With few of them, the largest value occurs many times over.
   */
  readonly mantissaBits: number;
};

type ArgmaxTuning = { readonly workgroupSize: number; readonly loadsInFlight: number };

const loadsPerRow = (p: ArgmaxParams): number => Math.ceil(p.vocabulary / 4);
const fullLoads = (p: ArgmaxParams): number => Math.floor(p.vocabulary / 4);

export default defineKernel<ArgmaxParams, ArgmaxTuning>({
  id: 'argmax',
  summary: 'greedy sampling: the index of the largest logit of each token, the lowest index where several are largest',
  variants: { portable: { requires: [] } },
  tunable: { workgroupSize: [64, 128, 256], loadsInFlight: [1, 2, 4, 8] },
  defaults: { workgroupSize: 256, loadsInFlight: 4 },
  examples: [
    { batch: 1, vocabulary: 1, mantissaBits: 23 },
    { batch: 3, vocabulary: 8191, mantissaBits: 0 },
    { batch: 8, vocabulary: 8190, mantissaBits: 23 },
    { batch: 32, vocabulary: 301, mantissaBits: 2 },
    // With so few logits, the last, ragged load often holds the largest.
    { batch: 32, vocabulary: 7, mantissaBits: 23 },
    // Qwen3's vocabulary.
    { batch: 1, vocabulary: 151_936, mantissaBits: 8 },
  ],
  // One token and Llama-3's vocabulary. What counts is the time of a dispatch, not the bytes.
  shapes: (_, breadth) => (breadth === 'few' ? [] : [{ batch: 1, vocabulary: 128_256, mantissaBits: 23 }]),
  refuses: () => undefined,
  wgsl: () => wgsl,
  constants: (p, t) => ({
    WORKGROUP_SIZE: t.workgroupSize,
    HALVINGS: Math.log2(t.workgroupSize),
    LOADS_IN_FLIGHT: t.loadsInFlight,
    FULL_STEPS: Math.floor(fullLoads(p) / (t.workgroupSize * t.loadsInFlight)),
    FULL_LOADS: fullLoads(p),
    LOADS_PER_ROW: loadsPerRow(p),
    LAST_COMPONENTS: p.vocabulary % 4,
    COMPONENTS: 4,
    BATCH: p.batch,
  }),
  inputs: (p) => [
    {
      kind: 'random',
      name: 'logits',
      type: 'array<vec4<f32>>',
      bytes: p.batch * loadsPerRow(p) * 16,
      // ±[½, 2): two exponents, and either sign.
      words: { keep: (0x80800000 | (0x7fffff & ~((1 << (23 - p.mantissaBits)) - 1))) >>> 0, set: 0x3f000000 },
    },
  ],
  outputs: (p) => [{ name: 'largest', type: 'array<u32>', elements: p.batch, compare: 'u32' }],
  workgroups: (p) => p.batch,
  work: (p) => ({ bytesRead: 4 * p.batch * p.vocabulary, bytesWritten: 4 * p.batch, flops: p.batch * p.vocabulary }),
  reference(p, { logits }) {
    if (!logits) throw new Error('argmax needs the input logits');
    return (_, token) => {
      const logit = (index: number) => f32.quant(logits(token * loadsPerRow(p) * 4 + index));
      let best = 0;
      for (let i = 1, largest = logit(0); i < p.vocabulary; i++) {
        if (logit(i) <= largest) continue;
        largest = logit(i);
        best = i;
      }
      return best;
    };
  },
  tolerance: { nmse: 0 },
});
