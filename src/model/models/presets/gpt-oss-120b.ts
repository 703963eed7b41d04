import { gptOss } from './gpt-oss.ts';

export const gptOss_120b = gptOss(
  {
    id: 'gpt-oss-120b',
    name: 'gpt-oss 120B',
    source: 'gpt-oss model card, arXiv 2508.10925, section 2 and table 1',
  },
  18,
  128,
);
