/** The two laws: tokens/s of a full memory, as derived, and as a product of memory and bandwidth. */

import { givenText, significant } from '../../../../../results/text/figures.ts';
import { fullMemoryThroughput, productLaw, type Serving } from '../../../../model/theory/laws.ts';
import type { ChartSpec } from '../../../charts/svg/chart.ts';
import type { Answer } from '../answer.ts';
import { machineText, modelText } from '../sentence.ts';
import { contextText } from '../words.ts';

/** Points of a line: enough for a smooth curve. */
const POINTS = 60;

/** The memories of the chart in bytes: from the weights to four times as much, or beyond the machine's. */
function memoriesOf({ weightBytes, memoryBytes }: Serving): number[] {
  const end = Math.max(4 * weightBytes, 1.5 * memoryBytes);
  return Array.from({ length: POINTS + 1 }, (_, i) => weightBytes + ((end - weightBytes) * i) / POINTS);
}

export function lawsChart(answer: Answer): ChartSpec {
  const { serving, question } = answer;
  const at = (memoryBytes: number) => {
    const with_ = { ...serving, memoryBytes };
    return { memoryGB: memoryBytes / 1e9, derived: fullMemoryThroughput(with_), product: productLaw(with_) };
  };
  const points = memoriesOf(serving).map(at);
  const memory = (gigabytes: number): string => `${significant(gigabytes)} GB`;
  const line = (name: string, of: 'derived' | 'product') => ({
    name,
    points: points.map((point) => ({
      ...{ x: point.memoryGB, y: point[of] },
      text: `${memory(point.memoryGB)}: ${significant(point[of])} tokens/s`,
    })),
  });
  const now = at(serving.memoryBytes);
  return {
    id: 'laws',
    title: 'Two laws: what more memory is said to buy',
    takeaway:
      'By the essay’s law, throughput is memory times bandwidth, and so doubles with the cabin. By the law that follows from reading every byte, it flattens once the weights are small beside the memory: the door is as wide as before.',
    x: { title: 'memory, GB', scale: 'linear' },
    y: { title: 'tokens/s of all readers, memory full', scale: 'linear' },
    series: [
      { ...line('derived', 'derived'), line: 'solid' },
      { ...line('product', 'product'), line: 'dashed' },
    ],
    isTinted: true,
    ...(now.derived > 0 && {
      mark: {
        ...{ x: now.memoryGB, y: now.derived, label: 'now' },
        text: `Now, ${memory(now.memoryGB)}: ${significant(now.derived)} tokens/s as derived, ${significant(now.product)} by the product.`,
      },
    }),
    table: {
      head: [
        { name: 'memory', unit: 'GB', text: (gigabytes) => givenText(Number(gigabytes.toPrecision(3))) },
        { name: 'derived', unit: 'tokens/s' },
        { name: 'product', unit: 'tokens/s' },
        'product ÷ derived',
      ],
      rows: points
        .filter((_, i) => i % 6 === 0)
        .map(({ memoryGB, derived, product }) => [memoryGB, derived, product, product / derived]),
    },
    source: `${modelText(answer)} at the bandwidth of ${machineText(answer)}, ${contextText(question.context)} context. HBMark, docs/law.md; readers as a real number, compute and fixed costs left out.`,
  };
}
