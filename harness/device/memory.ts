/** Buffers, and the words in them: they are filled on the GPU with seeded words, which the CPU can compute one by one. */

import type { Input, Kernel, WordMask, WordReader } from '../../shaders/kernel.ts';
import { POISON } from '../../shaders/random.ts';
import { checked, type Gpu, GpuError } from './device.ts';
import { bind, compile, type Program, submit, type View } from './program.ts';
import { inputWord } from './seeds.ts';

/** The bytes of poison behind the end of a buffer that is not part of a pool. */
export const TAIL_BYTES = 256;

/** The bytes that one submission fills: below 100 ms even at the 1 GB/s of a software adapter. */
const FILL_BYTES = 32 * 2 ** 20;

/** Writes seeded words into buffers. It is compiled once per device. */
export interface Filler {
  /** Fills `view` with the words of `seed`. */
  fill(view: View, seed: number, words: WordMask): Promise<void>;
}

export async function createFiller(gpu: Gpu, kernel: Kernel): Promise<Filler> {
  const { device } = gpu;
  const { defaults: tuning } = kernel;
  const programs = new Map<number, Program>();
  return {
    fill: (view, seed, words) =>
      checked(device, async () => {
        for (let done = 0; done < view.bytes; done += FILL_BYTES) {
          const bytes = Math.min(FILL_BYTES, view.bytes - done);
          const params = { bytes, firstWord: done / 4, seed, ...words };
          const program = programs.get(bytes) ?? (await compile(gpu, { kernel, variant: 'portable', tuning, params }));
          programs.set(bytes, program);
          const settings: View[] = [];
          for (const input of kernel.inputs(params, 'portable')) settings.push(await givenBuffer(device, input));
          submit(gpu, program, bind(gpu, program, [...settings, { ...view, offset: view.offset + done, bytes }]));
          await gpu.completion.wait(() => device.queue.onSubmittedWorkDone());
          for (const { buffer } of settings) buffer.destroy();
        }
      }),
  };
}

/** Makes an input buffer, with a poisoned tail that is bound as well, and a reader of the words in it. */
export async function inputBuffer(
  gpu: Gpu,
  filler: Filler,
  input: Input,
  seed: number,
): Promise<{ view: View; words: WordReader }> {
  if (input.kind === 'given') {
    return { view: await givenBuffer(gpu.device, input), words: inputWord(input, seed) };
  }
  const { words } = input;
  const view = await tailedBuffer(gpu.device, input.bytes);
  await filler.fill({ ...view, bytes: input.bytes }, seed, words);
  return { view, words: inputWord(input, seed) };
}

async function givenBuffer(device: GPUDevice, input: Input): Promise<View> {
  if (input.kind !== 'given') throw new TypeError(`input ${input.name} must be given; it is ${input.kind}`);
  const view = await tailedBuffer(device, input.bytes);
  device.queue.writeBuffer(view.buffer, 0, input.data);
  return view;
}

/** Makes an output buffer of `elements` words, all of them poison. The view includes its tail. */
export function outputBuffer(device: GPUDevice, elements: number): Promise<View> {
  return tailedBuffer(device, Math.ceil(elements / 4) * 16);
}

async function tailedBuffer(device: GPUDevice, bytes: number): Promise<View> {
  const size = bytes + TAIL_BYTES;
  const buffer = await allocate(device, size);
  if (!buffer) throw new GpuError(`out of memory: the device refused a buffer of ${size} bytes`, true);
  device.queue.writeBuffer(buffer, 0, new Uint32Array(size / 4).fill(POISON));
  return { buffer, offset: 0, bytes: size };
}

/** A device, and how to wait for it. */
type Waited = Pick<Gpu, 'device' | 'completion'>;

/** Reads back a view as 32-bit words. */
export async function readBack(gpu: Waited, { buffer, offset, bytes }: View): Promise<Uint32Array<ArrayBuffer>> {
  const { device, completion } = gpu;
  const staging = device.createBuffer({ size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, offset, staging, 0, bytes);
  device.queue.submit([encoder.finish()]);
  await completion.wait(() => staging.mapAsync(GPUMapMode.READ));
  const words = new Uint32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return words;
}

/** The bytes of an output that are on the host at a time. Streamed outputs reach half a gigabyte. */
const PIECE_BYTES = 32 * 2 ** 20;

/**
 * Reads back a view in pieces that fit the host's memory. `firstWord` is the index in the view at which a piece begins.
 * The words of a piece are gone when the next one is asked for.
 */
export async function* readPieces(
  { device, completion }: Waited,
  { buffer, offset, bytes }: View,
): AsyncGenerator<{ firstWord: number; words: Uint32Array<ArrayBuffer> }> {
  const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
  const staging = device.createBuffer({ size: Math.min(PIECE_BYTES, bytes), usage });
  for (let done = 0; done < bytes; done += PIECE_BYTES) {
    const size = Math.min(PIECE_BYTES, bytes - done);
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, offset + done, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await completion.wait(() => staging.mapAsync(GPUMapMode.READ, 0, size));
    yield { firstWord: done / 4, words: new Uint32Array(staging.getMappedRange(0, size)) };
    staging.unmap();
  }
  staging.destroy();
}

/** Allocates a buffer; undefined if the device is out of memory. @throws GpuError for any other objection. */
export async function allocate(device: GPUDevice, size: number): Promise<GPUBuffer | undefined> {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  try {
    return await checked(device, () => device.createBuffer({ size, usage }));
  } catch (error) {
    if (error instanceof GpuError && error.outOfMemory) return undefined;
    throw error;
  }
}
