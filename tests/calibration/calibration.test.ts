import { test } from 'vitest';
import { calibrate, tableText } from './calibrate.ts';
test('x', async () => { const t=Date.now(); console.log(tableText(await calibrate(Number(process.env.CAL ?? 40)))); console.log(Date.now()-t); });
