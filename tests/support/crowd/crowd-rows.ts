/** Runs of a collection that does not exist: the GPUs of the table, at about the speeds that their memory allows. */

import { GPUS } from '../../../results/gpus/by-name.ts';
import { randomSource } from '../../../results/statistics.ts';
import type { JudgedRow } from '../../../src/crowd/dataset/line.ts';
import type { Row, RowStep } from '../../../src/crowd/row.ts';

/** Some of the parts, so that each has several runs. */
const PARTS = GPUS.filter((_, i) => i % 7 === 0);

/** Models by the bytes of a step of one sequence. */
const MODELS = [
  { model: 'smollm2-360m', bytes: 7.3e8 },
  { model: 'llama-3.2-1b', bytes: 2.5e9 },
  { model: 'llama-3.1-8b', bytes: 1.6e10 },
];

const PLACES = [
  { program: 'chrome', system: 'windows' },
  { program: 'chrome', system: 'macos' },
  { program: 'firefox', system: 'linux' },
  { program: 'node', system: 'linux' },
];

/** Midnight of the first day on which a run may have begun, and for how many days there are some. */
const [FIRST_MS, DAYS] = [Date.UTC(2026, 10, 20), 400];

/** As many runs, the same for the same seed. Each has a read ceiling and three steps: four lines of the dataset. */
export function crowdRows(count: number, seed = 1): JudgedRow[] {
  const source = randomSource(seed);
  const random = (): number => source.below(2 ** 30) / 2 ** 30;
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error('there is nothing to pick from');
    return item;
  };
  /** A factor around 1: what runs of one part differ by. */
  const spread = (share: number): number => 1 + share * (random() + random() - 1);
  return Array.from({ length: count }, (): JudgedRow => {
    const gpu = pick(PARTS);
    const gbps = gpu.gbps * 0.88 * spread(0.1);
    const steps = MODELS.map(({ model, bytes }): RowStep => {
      const tokensPerSecond = ((gbps * 1e9) / bytes) * spread(0.15);
      const interval = [tokensPerSecond * 0.99, tokensPerSecond * 1.01] as const;
      return { model, weights: 'f16', kv: 'f16', context: 1024, batch: 1, bytes, tokensPerSecond, interval };
    });
    const [vendor = '', architecture = ''] = gpu.architecture?.split(' ') ?? [];
    const row: Row = {
      id: Array.from({ length: 8 }, () =>
        source
          .below(2 ** 32)
          .toString(16)
          .padStart(8, '0'),
      ).join(''),
      claimed: new Date(FIRST_MS + Math.floor(random() * DAYS * 86_400_000)).toISOString(),
      part: { name: gpu.name, memoryGB: gpu.memoryGB, count: 1 },
      ...{ software: false, vendor, architecture, ...pick(PLACES), profile: pick(['quick', 'full']) },
      ...{ gbps, gbpsInterval: [gbps * 0.99, gbps * 1.01], steps, fingerprint: [] },
    };
    return random() < 0.02
      ? { ...row, status: 'rejected', reasons: [{ rule: 'above-peak', text: 'It reads faster than its memory can.' }] }
      : { ...row, status: 'plausible', reasons: [] };
  });
}
