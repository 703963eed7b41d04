import { test } from 'vitest';
import { calibrate, tableText } from './calibrate.ts';
import { REGIMES } from './regimes.ts';

test('x', async () => {
  const t = Date.now();
  const only = process.env.ONLY;
  if (only) (REGIMES as any).splice(0, 9, ...REGIMES.filter((r) => only.split(',').includes(r.name)));
  console.log(tableText(await calibrate(Number(process.env.CAL ?? 40))));
  console.log(Date.now() - t);
});
