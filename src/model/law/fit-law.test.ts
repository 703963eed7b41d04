import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MACHINE, simulatedPoints } from '../../../tests/support/law-points.ts';
import type { StepCosts } from '../theory/step-time.ts';
import { fitForm, fitLaw, type LawFit } from './fit-law.ts';
import type { LawPoint } from './point.ts';
import type { TermId } from './terms.ts';

const MEMORY_ALONE = { doors: 'two', overlap: null } as const;

/** The costs of `MACHINE`, in the units of terms. */
const TRUTH: Readonly<Record<string, number>> = { a: 0.2, t_d: 0.003, b: 0.02, 'beta_w:f16': 800, beta_kv: 600 };

const termOf = (fit: LawFit | undefined, id: TermId) => fit?.terms.find((term) => term.id === id);
const figureOf = (fit: LawFit | undefined, id: TermId): number => termOf(fit, id)?.figure?.value ?? Number.NaN;
const reasonOf = (fit: LawFit | undefined, id: TermId): string => termOf(fit, id)?.unidentified ?? '';

describe('a machine of known costs', () => {
  test.each<[string, StepCosts, number | null]>([
    ['memory alone', MACHINE, null],
    ['a roofline', { ...MACHINE, flopsPerSecond: 2e13 }, Number.POSITIVE_INFINITY],
    ['compute behind memory', { ...MACHINE, flopsPerSecond: 2e13, overlap: 1 }, 1],
    ['compute partly behind memory', { ...MACHINE, flopsPerSecond: 2e13, overlap: 2 }, 2],
  ])('%s: the form is found, and rates and unseen steps to 2 %', (_, machine, overlap) => {
    const law = fitLaw(simulatedPoints(machine));
    expect(law?.form).toEqual({ doors: 'two', overlap });
    expect(law?.heldOutMape).toBeLessThan(0.02);
    for (const id of ['beta_w:f16', 'beta_kv'] as const) {
      expect(figureOf(law, id) / (TRUTH[id] ?? 0)).toBeCloseTo(1, 1.5);
    }
    if (overlap !== null) expect(figureOf(law, 'F') / 20).toBeCloseTo(1, 1.2);
  });

  test('an onset is found where there is one, and the interval of b holds the truth beside it', () => {
    const law = fitLaw(simulatedPoints({ ...MACHINE, onsetSeconds: 0.002 }));
    expect(law?.form).toEqual({ doors: 'two', overlap: null, onset: true });
    expect(figureOf(law, 'onset')).toBeCloseTo(2, 0);
    const [low = 1, high = 0] = termOf(law, 'b')?.figure?.ci95 ?? [];
    expect(low).toBeLessThan(TRUTH.b as number);
    expect(high).toBeGreaterThan(TRUTH.b as number);
  });

  test('one door is found where there is one', () => {
    const law = fitLaw(simulatedPoints({ ...MACHINE, kvBytesPerSecond: 8e11 }));
    expect(law?.form.doors).toBe('one');
    expect(figureOf(law, 'beta') / 800).toBeCloseTo(1, 1.5);
  });

  test('F is identified and β is not where compute takes longer everywhere', () => {
    const law = fitLaw(simulatedPoints({ ...MACHINE, flopsPerSecond: 3e11 }));
    expect(law?.form.overlap).not.toBeNull();
    for (const { id, unidentified } of law?.terms.filter((term) => term.id.startsWith('beta')) ?? []) {
      expect(unidentified, id).toMatch(/no time that shows|at least/);
    }
    expect(figureOf(law, 'F') / 0.3).toBeCloseTo(1, 1);
  });

  test('intervals hold the truth in about 95 of 100 cases', () => {
    const fits = Array.from({ length: 40 }, (_, seed) =>
      fitForm(simulatedPoints(MACHINE, { batches: [1, 8], contexts: [128, 4096], seed }), MEMORY_ALONE, seed),
    );
    for (const [id, truth] of Object.entries(TRUTH)) {
      const held = fits.filter((fit) => {
        const [low, high] = termOf(fit, id as TermId)?.figure?.ci95 ?? [Number.NaN, Number.NaN];
        return low <= truth && truth <= high;
      });
      // Fewer than 33 of 40 intervals at 95 % happen by chance once in 100,000 times.
      expect(held.length, id).toBeGreaterThanOrEqual(33);
    }
  });

  test('the law is hardly moved by one point that a stall made three times as long', () => {
    const points = simulatedPoints(MACHINE, { batches: [1, 8], contexts: [128, 4096] });
    const [first, ...rest] = points as [LawPoint, ...LawPoint[]];
    const stalled = [{ ...first, ms: { value: 3 * first.ms.value, ci95: null } }, ...rest];
    for (const id of ['beta_w:f16', 'beta_kv'] as const) {
      const [with_, without] = [stalled, points].map((some) => figureOf(fitForm(some, MEMORY_ALONE), id));
      expect((with_ as number) / (without as number)).toBeCloseTo(1, 1);
    }
  });
});

describe('a machine of no form', () => {
  const { lackOfFit: none } = fitForm(simulatedPoints(MACHINE), MEMORY_ALONE) ?? {};

  test.each<[string, (point: LawPoint, i: number) => number]>([
    ['a cliff at long contexts', ({ name }) => (/context 16384/.test(name) ? 1.3 : 1)],
    ['time that grows with the square of the batch', ({ batch }) => 1 + (batch / 32) ** 2],
    ['a mode that some steps are slow in', (_, i) => (i % 3 === 0 ? 1.15 : 1)],
  ])('%s: the fit says so', (_, slower) => {
    const points = simulatedPoints(MACHINE).map((point, i) => {
      const ms = point.ms.value * slower(point, i);
      return { ...point, ms: { value: ms, ci95: [0.98 * ms, 1.02 * ms] as const } };
    });
    const law = fitForm(points, { doors: 'two', overlap: 2, onset: true });
    expect(law?.lackOfFit?.ratio).toBeGreaterThan(1.5);
  });

  test('is told from one of a form, and from stalls', () => {
    expect(none).toBeNull();
    const stalled = simulatedPoints(MACHINE).map((point, i) =>
      i === 5 ? { ...point, ms: { ...point.ms, value: 3 * point.ms.value } } : point,
    );
    expect(fitForm(stalled, MEMORY_ALONE)?.lackOfFit).toBeNull();
  });
});

test('costs are physical and predictions positive, whatever was measured', () => {
  const works = simulatedPoints(MACHINE, {
    models: ['smollm2-135m', 'llama-3.2-1b'],
    batches: [1, 8],
    contexts: [128, 4096],
  });
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.01, max: 1000, noNaN: true }), { minLength: 8, maxLength: 8 }), (times) => {
      const law = fitLaw(works.map((point, i) => ({ ...point, ms: { value: times[i] as number, ci95: null } })));
      for (const { figure, id } of law?.terms ?? []) {
        if (figure) expect(figure.value, id).toBeGreaterThanOrEqual(0);
      }
      for (const point of works) expect(law?.predictMs(point).value).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 10 },
  );
});

test('times twice as long give twice the costs and half the rates', () => {
  const points = simulatedPoints(MACHINE, { batches: [1, 8], contexts: [128, 4096] });
  const twice = points.map((point) => ({ ...point, ms: { value: 2 * point.ms.value, ci95: null } }));
  const [one, two] = [points.map((p) => ({ ...p, ms: { ...p.ms, ci95: null } })), twice].map((p) =>
    fitForm(p, MEMORY_ALONE),
  );
  for (const id of ['a', 't_d', 'b'] as const) expect(figureOf(two, id)).toBeCloseTo(2 * figureOf(one, id), 9);
  for (const id of ['beta_w:f16', 'beta_kv'] as const) expect(figureOf(two, id)).toBeCloseTo(figureOf(one, id) / 2, 6);
});

describe('held-out points', () => {
  const points = simulatedPoints(MACHINE, { batches: [1, 8], contexts: [128, 4096] });
  const law = fitForm(points, MEMORY_ALONE, 5);

  test('are three in ten, chosen by the seed', () => {
    expect(law?.heldOut.length).toBe(Math.floor(0.3 * points.length));
    const names = (seed: number) => fitForm(points, MEMORY_ALONE, seed)?.heldOut.map(({ point }) => point.name);
    expect(names(5)).toEqual(names(5));
    expect(names(5)).not.toEqual(names(6));
  });

  test('are predicted without having been seen: their times change no prediction', () => {
    const unseen = new Set(law?.heldOut.map(({ point }) => point.name));
    const spoiled = points.map((p) => (unseen.has(p.name) ? { ...p, ms: { value: 10 * p.ms.value, ci95: null } } : p));
    const again = fitForm(spoiled, MEMORY_ALONE, 5);
    for (const [i, { point, predictedMs }] of (again?.heldOut ?? []).entries()) {
      expect(point.name).toBe(law?.heldOut[i]?.point.name);
      expect(predictedMs).toBeCloseTo(law?.heldOut[i]?.predictedMs ?? 0, 9);
    }
  });

  test('are none where too few can be spared', () => {
    const few = fitLaw(points.slice(0, 3));
    expect(few?.heldOutMape).toBeNull();
    expect(few?.heldOut).toEqual([]);
  });
});

describe('a term without a figure', () => {
  test('b at batch 1 throughout is counted in a', () => {
    const law = fitForm(simulatedPoints(MACHINE, { batches: [1] }), MEMORY_ALONE);
    expect(reasonOf(law, 'b')).toMatch(/cannot be told from a, and is counted there/);
    expect(figureOf(law, 'a')).toBeGreaterThan(0);
  });

  test('neither a nor β_w of a single model, whose every step reads the same weights; steps are predicted all the same', () => {
    const law = fitForm(simulatedPoints(MACHINE, { models: ['llama-3.2-1b'] }), MEMORY_ALONE);
    expect(reasonOf(law, 'beta_w:f16')).toContain('cannot be told from a');
    expect(reasonOf(law, 'a')).toContain('beta_w:f16');
    expect(figureOf(law, 'beta_kv') / 600).toBeCloseTo(1, 1);
    expect(law?.heldOutMape).toBeLessThan(0.04);
  });

  test('β_kv where no KV cache was read', () => {
    const points = simulatedPoints(MACHINE).map((point) => ({ ...point, kvBytes: 0, kvFlops: 0 }));
    expect(reasonOf(fitForm(points, MEMORY_ALONE), 'beta_kv')).toBe('no point reads a KV cache');
  });

  test('F where compute never binds: the reason gives its minimum', () => {
    const law = fitForm(simulatedPoints(MACHINE), { doors: 'two', overlap: Number.POSITIVE_INFINITY });
    expect(reasonOf(law, 'F')).toMatch(/no time that shows|at least/);
  });

  test('some terms where there are fewer points than terms', () => {
    const law = fitForm(
      simulatedPoints(MACHINE).filter((_, i) => i % 9 === 0),
      MEMORY_ALONE,
    );
    expect(law?.points.length).toBe(4);
    expect(law?.terms.filter(({ figure }) => figure === null).length).toBeGreaterThanOrEqual(2);
  });

  test('all terms of two points, or of points without times: there is no law', () => {
    expect(fitLaw(simulatedPoints(MACHINE).slice(0, 2))).toBeUndefined();
    const timeless = simulatedPoints(MACHINE).map((point) => ({ ...point, ms: { value: Number.NaN, ci95: null } }));
    expect(fitLaw(timeless)).toBeUndefined();
  });
});
