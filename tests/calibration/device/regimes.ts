/** Regimes are kinds of devices to calibrate on. Rates, costs and quanta are drawn log-uniformly over wide ranges. */

import { type SimulatedDevice, type Uniform, WELL_BEHAVED } from './device.ts';

export interface Regime {
  readonly name: string;
  readonly what: string;
  draw(uniform: Uniform): SimulatedDevice;
}

/** Returns a number that is log-uniform in [low, high). */
export const between = (low: number, high: number, uniform: Uniform): number => low * (high / low) ** uniform();

/** Draws a device of 10 GB/s – 8 TB/s, with 1 µs – 5 ms for a dispatch and for a region. */
export const anyDevice = (uniform: Uniform): SimulatedDevice => ({
  ...WELL_BEHAVED,
  gbps: between(10, 8000, uniform),
  dispatchMs: between(0.001, 5, uniform),
  regionMs: between(0.001, 5, uniform),
  submitMs: between(0.1, 5, uniform),
  noise: { ...WELL_BEHAVED.noise, sigma: between(0.0005, 0.005, uniform) },
});

/** Returns the device with heavy noise instead of its own. */
export const noisy = (device: SimulatedDevice, uniform: Uniform): SimulatedDevice => ({
  ...device,
  noise: { ...WELL_BEHAVED.noise, sigma: between(0.005, 0.05, uniform), heavy: 0.1 },
});

/** About how long the rounds of a `quick` run take, in ms. */
const RUN_MS = 6000;

export const REGIMES: readonly Regime[] = [
  { name: 'well-behaved', what: 'noise of 0.05 – 0.5 % a region, fine timestamps', draw: anyDevice },
  {
    name: 'coarse timestamps',
    what: 'as well-behaved, timestamps in steps of 1 – 100 µs',
    draw: (uniform) => ({ ...anyDevice(uniform), timestampQuantumNs: between(1e3, 1e5, uniform) }),
  },
  {
    name: 'wall clock',
    what: 'no timestamps; a wall clock in steps of 5 – 100 µs, waking up within ± 20 %',
    draw: (uniform) => ({ ...anyDevice(uniform), timestamps: false, wallQuantumMs: between(0.005, 0.1, uniform) }),
  },
  {
    name: 'drift',
    what: 'as well-behaved, slower by 1 – 20 % over the run',
    draw: (uniform) => ({ ...anyDevice(uniform), drift: { share: between(0.01, 0.2, uniform), ms: RUN_MS } }),
  },
  {
    name: 'noise',
    what: 'noise of 0.5 – 5 %, in a tenth of the regions five times that',
    draw: (uniform) => noisy(anyDevice(uniform), uniform),
  },
  {
    name: 'stalls',
    what: 'as well-behaved, one region in fifty takes 300 ms longer',
    draw(uniform) {
      const device = anyDevice(uniform);
      return { ...device, noise: { ...device.noise, stalls: 0.02 } };
    },
  },
];
