/** A small calibration of verdicts, seeded and over in seconds. `npm run calibrate` is the full one. */

import { expect, test } from 'vitest';
import { PROFILES } from '../../../harness/profiles.ts';
import { CAPS } from '../../../src/model/claims/caps.ts';
import { keyOf } from '../../../src/model/claims/evidence.ts';
import { judgeClaims } from '../../../src/model/claims/index.ts';
import { PARTIAL_CAPS } from '../../../src/model/claims/partial-reads.claim.ts';
import { lawOfRecord } from '../../../src/model/law/of-record.ts';
import { WELL_BEHAVED } from '../device/device.ts';
import { calibrateVerdicts, recordOn, simulatedSteps, verdictTableText } from './verdicts.ts';

/** The number of devices of each of the four regimes. */
const DEVICES = 3;

test('12 simulated devices, eleven claims each: no verdict is wrong, and few are undecided', async () => {
  const rows = await calibrateVerdicts(DEVICES);
  const table = verdictTableText(rows);
  expect(rows).toHaveLength(44);
  const all = (count: (row: (typeof rows)[number]) => number) => rows.reduce((sum, row) => sum + count(row), 0);
  expect(
    all(({ wrong }) => wrong),
    table,
  ).toBe(0);
  expect(all(({ right }) => right) / all(({ devices }) => devices), table).toBeGreaterThanOrEqual(0.97);
  // The truth of claims differs from regime to regime.
  const truth = (claim: string, regime: string) => rows.find((row) => row.claim === claim && row.regime === regime);
  for (const claim of ['stream', 'compression', 'cabin']) {
    expect(truth(claim, 'bandwidth-bound')?.truly.holds, `${claim}\n${table}`).toBe(DEVICES);
    expect(truth(claim, 'overhead-bound')?.truly.fails, `${claim}\n${table}`).toBe(DEVICES);
  }
  for (const claim of ['batching', 'door', 'same-door']) {
    expect(truth(claim, 'bandwidth-bound')?.truly.holds, `${claim}\n${table}`).toBe(DEVICES);
    // On slow devices long steps are left out, so that the truth may be undecided.
    expect(truth(claim, 'compute-bound')?.truly.holds, `${claim}\n${table}`).toBe(0);
  }
});

test('a GPU with a cache: caps refuse what they should, charts show what was measured, and the law is fitted', async () => {
  const steps = simulatedSteps(PROFILES.full);
  const refused = steps.filter((step) => step.refused !== undefined).map((step) => step.case);
  expect(refused.map(keyOf)).toEqual([...CAPS, ...PARTIAL_CAPS].map((cap) => keyOf(cap.refused)));

  const device = { ...WELL_BEHAVED, gbps: 1000, gflops: 20e3, caches: [{ bytes: 40e6, gbps: 3000 }] };
  const record = await recordOn(device, steps, PROFILES.full, 1);
  const judged = judgeClaims(record);
  expect(Object.fromEntries(judged.map(({ id, verdict }) => [id, verdict]))).toMatchObject({
    ...{ stream: 'holds', door: 'holds', 'same-door': 'holds', batching: 'holds', cabin: 'holds', sram: 'holds' },
    ...{ product: 'fails', compression: 'holds', ridge: 'holds', 'fixed-cost': 'holds' },
    'partial-reads': 'holds',
  });
  for (const { id, chart, reason } of judged) {
    expect(reason, id).toMatch(/\d( %)? \(.* – .*\).*, and the claim needs /);
    const points = chart.series.flatMap((series) => series.points);
    expect(points.length, id).toBeGreaterThan(1);
    for (const { x, y, low, high } of points) {
      expect([x, y, low, high].every(Number.isFinite), id).toBe(true);
      expect(low, id).toBeLessThanOrEqual(y);
      expect(high, id).toBeGreaterThanOrEqual(y);
    }
  }

  // The steps that claims measure are enough to fit the whole law.
  const { law } = lawOfRecord(record) ?? {};
  const term = (id: string) => law?.terms.find((one) => one.id.startsWith(id))?.figure?.value ?? Number.NaN;
  expect(law?.heldOutMape).toBeLessThan(0.02);
  for (const [id, truth] of [
    ['beta', device.gbps],
    ['t_d', device.dispatchMs],
    ['F', device.gflops / 1000],
  ] as const) {
    expect(Math.abs(term(id) / truth - 1), `${id}: ${term(id)}`).toBeLessThan(0.05);
  }

  // A cap that holds one sequence too many is no cap.
  const [cap] = CAPS;
  const held = record.decode?.find((m) => m.status === 'measured');
  const decode = record.decode?.map((m) =>
    cap && held && keyOf(m.case) === keyOf(cap.refused) ? { ...held, case: cap.refused } : m,
  );
  const cabin = judgeClaims({ ...record, decode }).find(({ id }) => id === 'cabin');
  expect(cabin).toMatchObject({ verdict: 'undecided', reason: expect.stringContaining('should not hold batch 3') });
});
