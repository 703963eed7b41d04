import { test } from 'vitest';
import { measureDevice, uniformOf } from './calibrate.ts';
import { REGIMES } from './regimes.ts';
import { PROFILES } from '../../harness/profiles.ts';
test('d', async () => {
  for (const name of ['stalls', 'noise', 'well-behaved']) {
    const i0 = REGIMES.findIndex((r) => r.name === name); const u = uniformOf(1 + i0);
    for (let i = 0; i < 170; i++) {
      const d = REGIMES[i0].draw(u);
      const h = await measureDevice(d, PROFILES.quick, 1 + i);
      const b = h.find((x) => x.figure.startsWith('band'))!; const a = h.find((x) => x.figure.startsWith('cost'))!;
      if (!(b.estimate.ci95![0] <= b.truth && b.truth <= b.estimate.ci95![1]))
        console.log(name, 'gbps', d.gbps.toFixed(0), 'a', d.dispatchMs.toPrecision(3), 'sig', d.noise.sigma.toPrecision(2), 'rel', b.estimate.value / b.truth, b.estimate.ci95!.map((x) => x / b.truth), 'a/truth', a.estimate.value / a.truth, h.filter(x=>x.figure.startsWith('time')).map(x=>((x.estimate.value/x.truth-1)*100).toFixed(2)+'±'+(50*(x.estimate.ci95![1]-x.estimate.ci95![0])/x.truth).toFixed(2)+'/'+x.estimate.units).join(' '));
    }
  }
});
