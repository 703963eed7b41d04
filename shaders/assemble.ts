/**
 * Turns a kernel's WGSL template into the module that is compiled: `enable` directives for the features that its
 * variant requires, the bindings of its inputs and outputs, and `//#unroll` blocks written out.
 *
 *     //#unroll R < ROWS_PER_GROUP
 *     var sum_R = 0.0;
 *     //#end
 *
 * repeats the lines ROWS_PER_GROUP times with R, alone or as a part of a name between underscores, replaced by
 * 0, 1, …; blocks nest. `{R/GROUP}`, as a part of a name, becomes R divided by the count GROUP, rounded down.
 * Unrolling is done here, not by a WGSL loop over a private array, because WGSL clamps every dynamic index and
 * compilers do not all see through it. The template itself stays valid WGSL to an editor.
 */

import type { Kernel, Params, Tuning } from './kernel.ts';

/** Language features, such as packed_4x8_integer_dot_product, need no directive. */
const ENABLE: Readonly<Record<string, string>> = { 'shader-f16': 'f16', subgroups: 'subgroups' };

/** The WGSL module of one case of a kernel. @throws if a directive is malformed or names an unknown count. */
export function assemble(kernel: Kernel, p: Params, variant: string, tuning: Tuning): string {
  const enables = (kernel.variants[variant]?.requires ?? [])
    .map((feature) => ENABLE[feature])
    .filter((extension) => extension !== undefined)
    .map((extension) => `enable ${extension};\n`);
  return (
    enables.join('') +
    bindings(kernel, p, variant, tuning) +
    unroll(kernel.wgsl(p, variant), kernel.constants(p, tuning, variant))
  );
}

/** Inputs, then outputs, in the order in which the kernel declares them. */
function bindings(kernel: Kernel, p: Params, variant: string, tuning: Tuning): string {
  const inputs = kernel.inputs(p, variant).map(({ name, type }) => `var<storage, read> ${name}: ${type};`);
  const outputs = kernel.outputs(p, tuning).map(({ name, type }) => `var<storage, read_write> ${name}: ${type};`);
  return [...inputs, ...outputs].map((declaration, i) => `@group(0) @binding(${i}) ${declaration}\n`).join('');
}

/** Writes out the `//#unroll` blocks of `wgsl`. @throws with the line at fault. */
export function unroll(wgsl: string, counts: Readonly<Record<string, number>>): string {
  const lines = wgsl.split('\n');
  const out: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const open = /^\s*\/\/#unroll\s+(\w+)\s*<\s*(\w+)\s*$/.exec(line);
    if (!open) {
      if (/^\s*\/\/#/.test(line)) throw new Error(`line ${i + 1}: unexpected directive "${line.trim()}"`);
      out.push(line);
      continue;
    }
    const [, variable = '', countName = ''] = open;
    const count = counts[countName];
    if (count === undefined) throw new Error(`line ${i + 1}: unroll count ${countName} is not among the constants`);
    const end = endOfBlock(lines, i);
    const body = lines.slice(i + 1, end).join('\n');
    const occurrence = new RegExp(`(?<![a-zA-Z0-9])${variable}(?![a-zA-Z0-9])`, 'g');
    for (let n = 0; n < count; n++) out.push(unroll(divide(body.replace(occurrence, String(n)), counts), counts));
    i = end;
  }
  return out.join('\n');
}

/** Writes out `{7/GROUP}` where 7 has come in; `{R/GROUP}` waits for R. */
function divide(text: string, counts: Readonly<Record<string, number>>): string {
  return text.replace(/\{(\d+)\/(\w+)\}/g, (whole, n: string, name: string) => {
    const by = counts[name];
    if (by === undefined) throw new Error(`${whole}: ${name} is not among the constants`);
    return String(Math.floor(Number(n) / by));
  });
}

function endOfBlock(lines: readonly string[], start: number): number {
  let depth = 0;
  for (let i = start; i < lines.length; i++) {
    if (/^\s*\/\/#unroll\b/.test(lines[i] ?? '')) depth++;
    if (/^\s*\/\/#end\s*$/.test(lines[i] ?? '') && --depth === 0) return i;
  }
  throw new Error(`line ${start + 1}: //#unroll without //#end`);
}
