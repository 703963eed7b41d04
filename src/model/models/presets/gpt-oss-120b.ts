import { gptOss } from '../gpt-oss.ts';
import type { Preset } from '../preset.ts';

export const gptOss_120b = gptOss(
  {
    id: 'gpt-oss-120b',
    name: 'gpt-oss 120B',
    source: 'gpt-oss model card, arXiv 2508.10925, section 2 and table 1',
  },
  18,
  128,
);

export default {
  model: gptOss_120b,
  positions: 131_072,
  published: { parameters: 116_829_156_672, source: 'openai/gpt-oss-120b, unpacked; the model card says 116.83 B' },
} satisfies Preset;
