import { test } from 'vitest';
import { PROFILES } from '../../harness/profiles.ts';
import { run } from '../../harness/run.ts';
import { checkRecord } from '../../results/check.ts';
import { labelsOf } from '../../results/labels.ts';
import { analyse } from '../../src/model/analyse.ts';
import { DEFAULT_MODEL } from '../../src/model/models/index.ts';
import { uniformOf } from './calibrate.ts';
import { WELL_BEHAVED } from './device.ts';
import { simulatedHost } from './host.ts';
import { SIMULATED } from './kernels.ts';

test('d', async () => {
  const { host, simulation } = simulatedHost(WELL_BEHAVED, SIMULATED, uniformOf(1));
  const t = Date.now();
  for await (const e of run(host, {
    kernels: SIMULATED,
    profile: PROFILES.quick,
    seed: 1,
    harness: { version: '0.0.0', commit: null },
    reported: {},
    signal: { aborted: false },
  })) {
    if (e.type === 'done') {
      const r = e.record;
      console.log(
        Date.now() - t,
        simulation.ms,
        r.measurements.map((m) => [
          m.status,
          m.case.kernel,
          m.case.params.bytes,
          (m as any).reason,
          (m as any).samples?.length,
        ]),
        labelsOf(r),
        checkRecord(JSON.parse(JSON.stringify(r))),
        r.events,
        r.clock.reason,
        r.clock.timestampQuantumNs,
      );
      const a = analyse(r, DEFAULT_MODEL);
      console.log(
        a.streaming?.value,
        a.streaming?.ci95,
        a.series[0]?.fit?.gbps.value,
        a.series[0]?.fit?.overheadMs.value,
      );
    }
  }
});
