/**
 * `npm run bench:isa`: compiles all cases for the GPUs of tests/codegen and writes their figures.json anew, to which the
 * gate holds what comes later. It also writes the tables of docs/codegen.md, for which it compiles their cases for one of
 * NVIDIA's GPUs, too, if Mesa's NVK can be had (nvk.ts, for which it takes root on Debian).
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type CodegenCase, codegenCases } from '../codegen/cases.ts';
import { type Committed, compact, writeCommitted } from '../codegen/committed.ts';
import { type Compiled, compileFor } from '../codegen/compiler.ts';
import { type CodeFigures, figuresOf } from '../codegen/figures.ts';
import { GPUS, type Gpu, RTX_4090 } from '../codegen/gpus.ts';
import { buildLayers } from '../codegen/layers.ts';
import { nvk } from '../codegen/nvk.ts';

const DOC = fileURLToPath(new URL('../../docs/codegen.md', import.meta.url));
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/hbmark-codegen', import.meta.url));
const [BEGIN, END] = ['<!-- written by npm run bench:isa -->', '<!-- end -->'];

const HOURS = 3_600_000;

test('what compilers make of the kernels', { timeout: HOURS }, async () => {
  const layers = join(CACHE, 'layers');
  mkdirSync(layers, { recursive: true });
  buildLayers(layers);
  const cases = codegenCases();
  const tabled = cases.filter((one) => one.tabled && one.kernel.code);
  const compiled: [Gpu, Compiled][] = [];
  for (const gpu of GPUS) compiled.push([gpu, await compileFor(gpu, cases, { layers })]);
  writeCommitted(committed(cases, compiled));
  try {
    compiled.push([RTX_4090, await compileFor(RTX_4090, tabled, nvk(join(CACHE, 'nvk'), layers))]);
  } catch (error) {
    console.log(`without ${RTX_4090.name}: ${error instanceof Error ? error.message : error}`);
  }
  const text = readFileSync(DOC, 'utf8');
  const [before, after] = [text.indexOf(BEGIN), text.indexOf(END)];
  expect(before, `${DOC} must have the marks of its table`).toBeGreaterThan(0);
  writeFileSync(DOC, `${text.slice(0, before)}${BEGIN}\n\n${tables(tabled, compiled)}\n\n${text.slice(after)}`);
});

/** The figures of all cases. A case that a GPU lacks a feature for has none there. */
function committed(cases: readonly CodegenCase[], compiled: readonly [Gpu, Compiled][]): Committed {
  const figures = (one: CodegenCase) =>
    compiled.flatMap(([gpu, { said }]) => {
      const answer = said.get(one);
      return answer && 'text' in answer ? [[gpu.id, compact(figuresOf(one, gpu.vendor, answer.text))] as const] : [];
    });
  return {
    drivers: Object.fromEntries(compiled.map(([{ id }, { driver }]) => [id, driver])),
    cases: Object.fromEntries(cases.map((one) => [one.name, Object.fromEntries(figures(one))])),
  };
}

/** A table for each kernel, with the drivers above. */
function tables(cases: readonly CodegenCase[], compiled: readonly [Gpu, Compiled][]): string {
  const drivers = compiled.map(([{ name }, { driver }]) => `- ${name}: ${driver}`);
  const kernels = [...new Set(cases.map(({ kernel }) => kernel))];
  const sections = kernels.map((kernel) => {
    const rows = new Map<string, string>();
    for (const one of cases) {
      if (one.kernel !== kernel) continue;
      const cells = compiled.map(([gpu, { said }]) => cell(one, gpu, said));
      rows.set(label(one), `| ${label(one)} | ${cells.join(' | ')} |`);
    }
    const head = ['', ...compiled.map(([{ name }]) => name)];
    return [`### ${kernel.id}`, '', `| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...rows.values()].join(
      '\n',
    );
  });
  return [drivers.join('\n'), ...sections].join('\n\n');
}

/** What goes without saying. */
const COMMON: readonly unknown[] = ['portable', 'plain', 'tokens'];

/** A case in a few words. */
function label({ variant, params, tuning }: CodegenCase): string {
  const { positionsPerSplit, rowsPerGroup } = tuning;
  const { format, form, batch, rows, columns, of, reads, writes, store, ropeDim = 0, fresh = 0 } = params;
  const row = columns === undefined ? undefined : `${columns} values`;
  const size = rows === undefined ? row : `${rows} × ${columns ?? ''}`;
  const words = [
    format,
    variant,
    form,
    of,
    reads,
    writes,
    store,
    ropeDim === 0 ? undefined : 'MLA',
    fresh === 0 ? undefined : 'in a step',
    positionsPerSplit === undefined ? undefined : `splits of ${positionsPerSplit}`,
    size,
    rowsPerGroup === 4 ? '4 rows to a load' : undefined,
    batch === undefined || batch === 1 ? undefined : `batch ${batch}`,
  ];
  return words.filter((word) => word !== undefined && !COMMON.includes(word)).join(', ') || 'portable';
}

function cell(one: CodegenCase, gpu: Gpu, said: Compiled['said']): string {
  const answer = said.get(one);
  if (!answer || 'lacks' in answer) return '–';
  if ('error' in answer) return 'does not compile';
  return figuresText(figuresOf(one, gpu.vendor, answer.text));
}

const figuresText = ({ instructionsPerByte, loadsInFlight, registers, spills }: CodeFigures): string =>
  [
    instructionsPerByte?.toPrecision(instructionsPerByte < 1 ? 2 : 3) ?? '',
    loadsInFlight,
    registers,
    ...(spills > 0 ? [`**${spills}**`] : []),
  ].join(' · ');
