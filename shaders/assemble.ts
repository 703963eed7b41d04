/**
 * Turns a kernel's WGSL into the module that is compiled. It adds the `enable` directives for the features that the
 * variant requires and the bindings of the inputs and outputs, makes the entry point of `main`, and writes out
 * `//#unroll` blocks. The kernel's own text stays valid WGSL to an editor.
 *
 * A `main` of one parameter is run for every thread, with the thread's index in the grid:
 *
 *     fn main(index: u32) {
 *
 * A `main` of two parameters gets the index of its workgroup in the grid, and its own in the workgroup:
 *
 *     fn main(workgroup: u32, thread: u32) {
 *
 * The kernel chooses the names. Its workgroups have `WORKGROUP_SIZE` threads, an `override` that it declares. The grid
 * may be larger than the kernel asked for, so `main` must return if its index is too large. A kernel that needs
 * anything else writes its entry point itself, with `@compute`.
 *
 * A block such as
 *
 *     //#unroll R < ROWS_PER_GROUP
 *     var sum_R = 0.0;
 *     //#end
 *
 * is written out ROWS_PER_GROUP times, with 0, 1, … in place of R, which may stand alone or between underscores in a
 * name. Blocks nest. `{R/GROUP}` in a name becomes R divided by the count GROUP, rounded down. Blocks are unrolled
 * here, and not by a WGSL loop over a private array, because WGSL clamps every dynamic index, and not every compiler
 * can prove that the clamp is needless.
 */

import { buffersOf, type Kernel, type Params, type Tuning } from './kernel.ts';

/** The WGSL extensions of features. Language features, such as packed_4x8_integer_dot_product, need no directive. */
const EXTENSIONS: Readonly<Record<string, string>> = { subgroups: 'subgroups' };

/**
 * Returns the WGSL module of one case of a kernel.
 *
 * @throws Error if a directive is malformed or names an unknown count, or if a placeholder (template.ts) is left.
 */
export function assemble(kernel: Kernel, p: Params, variant: string, tuning: Tuning): string {
  const requires = kernel.variants[variant]?.requires ?? [];
  const enables = requires
    .map((feature) => EXTENSIONS[feature])
    .filter((extension) => extension !== undefined)
    .map((extension) => `enable ${extension};\n`);
  return (
    enables.join('') +
    bindings(kernel, p, variant, tuning) +
    withEntryPoint(unroll(kernel.wgsl(p, variant), kernel.constants(p, tuning, variant)))
  );
}

/** Returns the declarations of the buffers, in binding order. */
const bindings = (kernel: Kernel, p: Params, variant: string, tuning: Tuning): string =>
  buffersOf(kernel, p, variant, tuning)
    .map(
      ({ name, type, output }, i) =>
        `@group(0) @binding(${i}) var<storage, ${output ? 'read_write' : 'read'}> ${name}: ${type};\n`,
    )
    .join('');

/** The `main` of a kernel that leaves its entry point to `withEntryPoint`. */
const MAIN = /^fn main\((\w+): u32(?:, (\w+): u32)?\) \{$/m;

/**
 * Makes an entry point of `main`. The grid has two dimensions, since one may hold as few as 65 535 workgroups
 * (maxComputeWorkgroupsPerDimension).
 */
export function withEntryPoint(wgsl: string): string {
  return wgsl.replace(MAIN, (_, first: string, second?: string) => {
    const thread = second ?? 'local_invocation_index';
    const workgroup = 'workgroup_id.y * num_workgroups.x + workgroup_id.x';
    return `\
@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup_id: vec3<u32>,
  @builtin(num_workgroups) num_workgroups: vec3<u32>,
  @builtin(local_invocation_index) ${thread}: u32,
) {
  let ${first} = ${second === undefined ? `(${workgroup}) * WORKGROUP_SIZE + ${thread}` : workgroup};`;
  });
}

/** Writes out the `//#unroll` blocks of `wgsl`. @throws Error with the line at fault. */
export function unroll(wgsl: string, counts: Readonly<Record<string, number>>): string {
  const lines = wgsl.split('\n');
  const out: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const open = /^\s*\/\/#unroll\s+(\w+)\s*<\s*(\w+)\s*$/.exec(line);
    if (!open) {
      if (/^\s*\/\/#/.test(line)) throw new Error(`line ${i + 1}: unexpected directive "${line.trim()}"`);
      if (/\/[/*]@/.test(line)) throw new Error(`line ${i + 1}: the placeholder in "${line.trim()}" is not filled in`);
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

/** Replaces each `{7/GROUP}` by 7 divided by GROUP. A `{R/GROUP}` whose R is still a name stays as it is. */
function divide(text: string, counts: Readonly<Record<string, number>>): string {
  return text.replace(/\{(\d+)\/(\w+)\}/g, (whole, n: string, name: string) => {
    const by = counts[name];
    if (by === undefined) throw new Error(`${whole}: ${name} is not among the constants`);
    return String(Math.floor(Number(n) / by));
  });
}

/** The line of the `//#end` that closes the block opened in line `start`. */
function endOfBlock(lines: readonly string[], start: number): number {
  let depth = 0;
  for (let i = start; i < lines.length; i++) {
    if (/^\s*\/\/#unroll\b/.test(lines[i] ?? '')) depth++;
    if (/^\s*\/\/#end\s*$/.test(lines[i] ?? '') && --depth === 0) return i;
  }
  throw new Error(`line ${start + 1}: //#unroll without //#end`);
}
