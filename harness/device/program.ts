/** A program is one case of a kernel, compiled on one device and ready to be dispatched over buffers. */

import { assemble } from '../../shaders/assemble.ts';
import type { Kernel, Params, Tuning } from '../../shaders/kernel.ts';
import { messageOf } from '../errors.ts';
import { type Gpu, GpuError, ModuleRefused } from './device.ts';

export interface Program {
  readonly pipeline: GPUComputePipeline;
  /** The number of workgroups, folded into two dimensions. */
  readonly workgroups: readonly [number, number];
}

/** A part of a buffer. */
export interface View {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly bytes: number;
}

/** A kernel with all that makes it one piece of work. */
export interface KernelCase {
  readonly kernel: Kernel;
  readonly variant: string;
  readonly params: Params;
  readonly tuning: Tuning;
  /** Limits the rotation to this many bytes of each pool. Default: the whole pool. */
  readonly withinBytes?: number | undefined;
}

/**
 * Compiles a case. Several compilations may be under way at once.
 *
 * @param compilation Tells compilations of the same case apart: for the same text WebGPU hands out the same one.
 * @throws ModuleRefused with the kernel, the variant, and the line and words of the compiler's first error.
 * @throws GpuError if the implementation failed.
 */
export async function compile(
  gpu: Gpu,
  { kernel, variant, params, tuning }: KernelCase,
  compilation = 0,
): Promise<Program> {
  const code = `${assemble(kernel, params, variant, tuning)}\n// ${compilation}`;
  const constants = overridesOf(kernel, variant, params, tuning);
  const { device } = gpu;
  // Scopes are a stack, so this one is closed before anything is awaited.
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ label: kernel.id, code });
  const compiled = device.createComputePipelineAsync({
    label: kernel.id,
    layout: 'auto',
    compute: { module, entryPoint: 'main', constants },
  });
  const [pipeline, scope] = await Promise.allSettled([compiled, device.popErrorScope()]);
  const objection = scope.status === 'fulfilled' ? scope.value : null;
  if (pipeline.status === 'rejected' || objection) {
    const error: unknown = objection?.message ?? (pipeline.status === 'rejected' ? pipeline.reason : undefined);
    const fault = `${kernel.id} (${variant}): ${(await faultOf(module, code)) ?? messageOf(error)}`;
    throw isInternal(error)
      ? new GpuError(`the compiler failed on ${fault}`, false)
      : new ModuleRefused(`the compiler refuses ${fault}`);
  }
  const dimension = device.limits.maxComputeWorkgroupsPerDimension;
  return { pipeline: pipeline.value, workgroups: fold(kernel.workgroups(params, tuning), dimension) };
}

/**
 * Whether a pipeline failed for a reason within the implementation, such as too little memory, and not for its WGSL.
 */
const isInternal = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'reason' in error &&
  error.reason === ('internal' satisfies GPUPipelineErrorReason);

/** A line of a message in which Naga draws the source, with a gutter or an arrow. */
const DRAWING = /^\s*(\d+\s*)?[│┌╭╰·]/;

/** Returns the compiler's first error with its line, or undefined if it has none to say. */
async function faultOf(module: GPUShaderModule, code: string): Promise<string | undefined> {
  const info = await module.getCompilationInfo().catch(() => undefined);
  const fault = info?.messages.find(({ type }) => type === 'error');
  if (!fault) return undefined;
  const words = messageOf(
    fault.message
      .split('\n')
      .filter((line) => !DRAWING.test(line))
      .join(' '),
  );
  const line = code.split('\n')[fault.lineNum - 1];
  return line === undefined ? words : `${words}, in line ${fault.lineNum}: ${line.trim()}`;
}

/** Returns the constants that the WGSL declares as overrides. The others only counted unrolled lines. */
export function overridesOf(kernel: Kernel, variant: string, params: Params, tuning: Tuning): Record<string, number> {
  const declared = overrideNames(kernel.wgsl(params, variant));
  return Object.fromEntries(
    Object.entries(kernel.constants(params, tuning, variant)).filter(([name]) => declared.has(name)),
  );
}

/** Returns the names of the overrides that a WGSL text declares. */
export function overrideNames(wgsl: string): Set<string> {
  return new Set(Array.from(wgsl.matchAll(/^\s*override\s+(\w+)/gm), (match) => match[1] ?? ''));
}

/**
 * Folds `count` workgroups into two dimensions of at most `limit`. The surplus is less than one workgroup for each row.
 */
export function fold(count: number, limit: number): readonly [number, number] {
  const rows = Math.ceil(count / limit);
  return [Math.ceil(count / Math.max(rows, 1)), rows];
}

/** Binds inputs and outputs in the order in which the kernel declares them. */
export function bind(gpu: Gpu, program: Program, views: readonly View[]): GPUBindGroup {
  return gpu.device.createBindGroup({
    layout: program.pipeline.getBindGroupLayout(0),
    entries: views.map(({ buffer, offset, bytes }, binding) => ({
      binding,
      resource: { buffer, offset, size: bytes },
    })),
  });
}

/** Records one dispatch into a pass. */
export function dispatch(pass: GPUComputePassEncoder, program: Program, group: GPUBindGroup): void {
  pass.setPipeline(program.pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(...program.workgroups);
}

/** Submits one dispatch. */
export function submit(gpu: Gpu, program: Program, group: GPUBindGroup): void {
  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  dispatch(pass, program, group);
  pass.end();
  gpu.device.queue.submit([encoder.finish()]);
}
