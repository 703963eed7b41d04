import { expect, test } from 'vitest';
import { z } from 'zod';
import rows from '../data/reference/gpus.json';
import { GPUS, gpuOfName, gpusCalled, gpusNamed, meaningOf, nearNames } from './by-name.ts';

const figure = z.number().positive();

const rowSchema = z.strictObject({
  name: z.string().min(2),
  // The ranges hold phones and the largest accelerators, and no figure in MB or TB/s.
  memoryGB: z.number().min(2).max(512),
  memoryMiB: z.int().optional(),
  gbps: z.number().min(25).max(25_000),
  busBits: z.int().min(32).max(8192).optional(),
  gbitPerPin: z.number().min(1).max(36).optional(),
  tflops: z.strictObject({ f32: figure, f16: figure, fp8: figure, fp4: figure, int8: figure }).partial().optional(),
  watts: z.number().min(5).max(3000).optional(),
  cacheMB: z.number().min(0.25).max(512).optional(),
  launched: z
    .string()
    .regex(/^20[12]\d-\d\d(?:-\d\d)?$/)
    .optional(),
  usd: z.number().min(50).max(50_000).optional(),
  architecture: z
    .string()
    .regex(/^[a-z]+ [a-z0-9-]+$/)
    .optional(),
  shared: z.literal(true).optional(),
  sizesGB: z.array(z.int()).min(1).optional(),
  gpuCores: z.array(z.int()).min(1).optional(),
  projected: z.literal(true).optional(),
  alsoCalled: z.array(z.string().min(2)).min(1).optional(),
  source: z.string().min(10),
});

test('every row has a source and plausible figures', () => {
  expect(z.array(rowSchema).safeParse(rows).error?.issues ?? []).toEqual([]);
  expect(new Set(GPUS.map(({ name }) => name)).size).toBe(GPUS.length);
  expect(GPUS.length).toBeGreaterThanOrEqual(250);
  // Reading the whole memory takes 8 to 640 ms; otherwise one of the two figures has the wrong unit.
  for (const { name, memoryGB, gbps } of GPUS) {
    expect((1000 * memoryGB) / gbps, name).toBeGreaterThan(8);
    expect((1000 * memoryGB) / gbps, name).toBeLessThan(640);
  }
});

test('the peak is the width of the bus times the rate of its pins', () => {
  // Vendors round: Apple says 100 of 102.4 GB/s, AMD 8 of 8.192 TB/s.
  for (const { name, gbps, busBits, gbitPerPin } of GPUS) {
    if (busBits !== undefined && gbitPerPin !== undefined) {
      expect(Math.abs((busBits * gbitPerPin) / 8 / gbps - 1), name).toBeLessThan(0.025);
    }
  }
});

test('a driver reports most of the memory that is sold, and keeps the rest', () => {
  for (const { name, memoryGB, memoryBytes, keptBytes, sizesGB } of GPUS) {
    expect(memoryBytes, name).toBeLessThanOrEqual(memoryGB * 2 ** 30);
    expect(memoryBytes, name).toBeGreaterThan(0.91 * memoryGB * 2 ** 30);
    if (keptBytes !== undefined) expect(memoryBytes + keptBytes, name).toBe(memoryGB * 2 ** 30);
    if (sizesGB) expect(Math.max(...sizesGB), name).toBeLessThanOrEqual(memoryGB);
  }
  const bytesOf = (text: string) => gpusCalled(text)[0]?.memoryBytes;
  expect(bytesOf('H200')).toBe(143_771 * 2 ** 20);
  expect(bytesOf('H100')).toBe(81_559 * 2 ** 20);
  expect(bytesOf('RTX 4090')).toBe(24_564 * 2 ** 20);
  expect(bytesOf('Apple M4 Max 64GB')).toBe(64 * 2 ** 30);
});

test('faster types are not slower', () => {
  for (const { name, tflops: { f16, fp8, fp4 } = {} } of GPUS) {
    if (f16 !== undefined && fp8 !== undefined) expect(fp8, name).toBeGreaterThanOrEqual(f16);
    if (fp8 !== undefined && fp4 !== undefined) expect(fp4, name).toBeGreaterThan(fp8);
  }
});

test.each([
  ['nvidia turing', 672],
  ['nvidia ampere', 2039],
  ['nvidia lovelace', 1008],
  ['nvidia blackwell', 1792],
  ['amd rdna-2', 576],
  ['amd rdna-3', 960],
  ['amd rdna-4', 644.6],
  ['intel xe-2lpg', 136.5],
])('the fastest GPU of %s moves %d GB/s', (architecture, gbps) => {
  const peaks = GPUS.filter((gpu) => gpu.architecture === architecture).map((gpu) => gpu.gbps);
  expect(Math.max(...peaks)).toBe(gbps);
});

test('every row is found by its name, and by nothing else', () => {
  for (const gpu of GPUS) {
    expect(gpusNamed(gpu.name), gpu.name).toContain(gpu);
    expect(gpuOfName(gpu.name), gpu.name).toBe(gpu);
    expect(gpusCalled(gpu.name), gpu.name).toEqual([gpu]);
    for (const other of gpu.alsoCalled ?? []) expect(gpusNamed(other), other).toContain(gpu);
  }
});

test.each([
  // As people and drivers write it.
  ['NVIDIA GeForce RTX 4090', 1008, 24],
  ['rtx4090', 1008, 24],
  ['4070 Ti Super', 672.3, 16],
  ['RTX 4070Ti SUPER 16 GB', 672.3, 16],
  ['AMD Radeon(TM) RX 7900 XTX', 960, 24],
  ['AMD Radeon RX 7900 XTX (RADV NAVI31)', 960, 24],
  ['Radeon RX 7900 XT', 800, 20],
  ['NVIDIA GeForce RTX 3060/PCIe/SSE2', 360, 12],
  ['ANGLE (NVIDIA, NVIDIA GeForce RTX 4090 (0x00002684) Direct3D11 vs_5_0 ps_5_0, D3D11)', 1008, 24],
  ['ANGLE (NVIDIA Corporation, NVIDIA GeForce RTX 3060 Ti/PCIe/SSE2, OpenGL 4.5.0)', 448, 8],
  ['ANGLE (AMD, AMD Radeon RX 6800 XT (navi21, LLVM 15.0.7, DRM 3.49, 6.1.0), OpenGL 4.6)', 512, 16],
  ['D3D12 (NVIDIA GeForce RTX 4080)', 716.8, 16],
  ['Microsoft Direct3D12 (NVIDIA GeForce RTX 3060 Laptop GPU)', 336, 6],
  ['zink Vulkan 1.3(AMD Radeon RX 6800 XT (RADV NAVI21))', 512, 16],
  ['ASUS Dual GeForce RTX 4060 OC', 272, 8],
  ['MSI GeForce RTX 4080 SUPER 16G Gaming X Slim', 736.3, 16],
  ['NVIDIA GeForce RTX 3090, 64GB RAM', 936.2, 24],
  ['RTX 5090 31GB', 1792, 32],
  ['RTX 4090 24564MiB', 1008, 24],
  ['nvidia-geforce-rtx-4060-laptop-gpu', 256, 8],
  ['NVIDIA Corporation AD107M [GeForce RTX 4060 Max-Q / Mobile] (rev a1)', 256, 8],
  ['NVIDIA Corporation GA102 [GeForce RTX 3090] (rev a1)', 936.2, 24],
  ['Device 0: NVIDIA GeForce RTX 4090, compute capability 8.9, VMM: yes', 1008, 24],
  ['NVIDIA GeForce RTX 3070 Lite Hash Rate', 448, 8],
  ['NVIDIA GeForce RTX 2050', 112, 4],
  ['AMD Radeon PRO W7900 Dual Slot', 864, 48],
  ['AMD Radeon Pro 5300M OpenGL Engine', 192, 4],
  ['qualcomm-r-adreno-tm-x1-85-gpu', 135.2, 64],
  ['intel-r-arc-tm-b580-graphics-bmg-g21-', 456, 12],
  // Variants by their memory.
  ['RTX 3060 8GB', 240, 8],
  ['RTX 3060 12 GB', 360, 12],
  ['RTX 4060 Ti 8GB', 288, 8],
  ['RTX 5060 Ti 8 GB', 448, 8],
  ['RTX 3080 10GB', 760.3, 10],
  ['RTX 3050 6GB', 168, 6],
  ['GTX 1060 3GB', 192.2, 3],
  ['NVIDIA RTX A2000 12GB', 288, 12],
  ['Arc A770 8GB', 512, 8],
  ['RX 580 4GB', 224, 4],
  ['RTX 3060 Ti GDDR6X', 608.3, 8],
  // Laptops.
  ['laptop RTX 4090', 576, 16],
  ['RTX Laptop 4060', 256, 8],
  ['RTX 4090 Mobile', 576, 16],
  ['NVIDIA GeForce RTX 4070 Laptop GPU (8GB)', 256, 8],
  ['NVIDIA GeForce GTX 1070 with Max-Q Design', 256.3, 8],
  ['NVIDIA RTX A2000 8GB Laptop GPU', 224, 8],
  ['NVIDIA RTX 2000 Ada Generation Laptop GPU', 256, 8],
  ['AMD Radeon RX 6800S', 256, 8],
  ['RX 6800 M', 384, 12],
  // Workstations and servers.
  ['NVIDIA RTX 6000 Ada Generation', 960, 48],
  ['Quadro RTX 6000', 672, 24],
  ['RTX A6000', 768, 48],
  ['NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition', 1792, 96],
  ['NVIDIA RTX PRO 6000 Blackwell Server Edition', 1792, 96],
  ['NVIDIA H100 80GB HBM3', 3350, 80],
  ['NVIDIA H100 PCIe', 2039, 80],
  ['NVIDIA H100 NVL', 3900, 94],
  ['A100-SXM4-40GB', 1555, 40],
  ['NVIDIA A100 80GB PCIe', 1935, 80],
  ['NVIDIA GH200 480GB', 4000, 96],
  ['Tesla V100-PCIE-16GB', 900, 16],
  ['Tesla T4', 320, 16],
  ['AMD Instinct MI300X OAM', 5300, 192],
  ['AMD Instinct MI250X / MI250', 1640, 64],
  ['TPU v5e', 819, 16],
  // Memory that is shared, at a speed that the part fixes.
  ['DGX Spark', 273.2, 128],
  ['NVIDIA GB10', 273.2, 128],
  ['AMD Radeon(TM) 8060S Graphics', 256, 128],
  ['AMD RYZEN AI MAX+ 395 w/ Radeon 8060S', 256, 128],
  ['Intel(R) Arc(TM) 140V GPU (16GB)', 136.5, 16],
  ['Qualcomm(R) Adreno(TM) X1-85 GPU', 135.2, 64],
  ['Jetson AGX Orin 64GB', 204.8, 64],
  ['MacBook Pro, M1', 68.25, 16],
  ['Apple M1 Max (G13C C0)', 400, 64],
  ['Apple M2 Max', 400, 96],
  ['Apple M4 Max 12P+4E+40GPU', 546, 128],
  ['Apple M4 Max 10P+4E+32GPU', 410, 36],
  ['Apple M4 Max 64GB', 546, 64],
  ['Apple M3 Max 36GB', 300, 36],
  ['M3 Max 14-core CPU 30-core GPU', 300, 96],
  ['Apple M3 Max (40-core GPU)', 400, 128],
  ['Apple M4 Pro 14-core', 273, 64],
  ['M3 Max (30c)', 300, 96],
])('%s moves at most %d GB/s and has %d GB', (text, gbps, memoryGB) => {
  expect(gpusCalled(text).map((gpu) => [gpu.gbps, gpu.memoryGB])).toEqual([[gbps, memoryGB]]);
});

test.each([
  ['A100', [2039, 1555]],
  ['RTX 3080', [912, 760.3]],
  ['RTX 3050', [224, 168]],
  ['Apple M3 Max', [400, 300]],
  ['RTX 6000', [960, 672]],
  ['RTX 4090 + RTX 3090', [1008, 936.2]],
  ['AMD Radeon RX 6800/6800 XT / 6900 XT', [512, 512, 512]],
])('%s may mean several GPUs, the highest peak first', (text, peaks) => {
  expect(gpusCalled(text).map(({ gbps }) => gbps)).toEqual(peaks);
});

test('under a bare name, every variant is meant, and the one of that name is called', () => {
  expect(gpusNamed('RTX 3060').map(({ gbps }) => gbps)).toEqual([360, 240]);
  expect(gpusCalled('RTX 3060').map(({ gbps }) => gbps)).toEqual([360]);
  expect(gpusNamed('H100').map(({ gbps }) => gbps)).toEqual([3900, 3350, 2039]);
  expect(gpusCalled('h100 sxm').map(({ name }) => name)).toEqual(['NVIDIA H100']);
});

test.each([
  ...['', 'GPU', 'NVIDIA', 'my laptop', 'Apple GPU', 'M9', 'Voodoo 2', 'GeForce GTX 980', 'NVIDIA Graphics Device'],
  // Another make, series or version.
  ...['Intel 4090', 'AMD RTX 4090', 'Radeon RTX 3060', 'NVIDIA RX 7900 XTX', 'GTX 4090', 'RTX 4050', 'RX 7900', '580'],
  ...['RTX 3070 Max-Q', 'RX 580 2048SP', 'NVIDIA H20-3e', 'Tesla V100-SXM3-32GB', 'GeForce GTX TITAN X'],
  // Versions of drivers are no parts.
  ...['D3D12 driver version 31.0.101.4090', 'NVIDIA driver 4090', '31.0.15.4080', 'Vulkan 1.3.4090', '0x00002684'],
])('%j is not in the table', (text) => expect(meaningOf(text)).toEqual({ kind: 'unknown' }));

test.each([
  ...[
    'RTX 4090 48GB',
    'RTX 2080 Ti 22GB',
    'RTX 4080 12GB',
    'NVIDIA GeForce RTX 3060 24 GB',
    'Apple M1 64GB',
    'H100 141GB',
  ],
  ...['Apple M3 Max 20-core GPU', 'Arc Pro B60 48GB'],
])('%s is not sold like that', (text) => {
  expect(meaningOf(text).kind).toBe('other-size');
  expect(gpusCalled(text)).toEqual([]);
});

test.each([
  ...['NVIDIA A100-SXM4-40GB MIG 1g.5gb', 'GRID A100D-40C', 'NVIDIA A40-48Q', 'GRID T4-16Q'],
  ...['Virtio-GPU Venus (NVIDIA GeForce RTX 3060)', 'virgl (AMD Radeon RX 6800)', 'VMware SVGA 3D'],
])('%s is a share of a GPU', (text) => expect(meaningOf(text).kind).toBe('virtual'));

test.each([
  ...[
    '2x RTX 4090',
    '2 × RTX 4090',
    'RTX 4090 x2',
    '8xH100',
    '8x H100 80GB',
    'dual RTX 3090',
    'HGX H100',
    'RTX A6000 x 2 NVLink',
  ],
  'NVIDIA GeForce RTX 4090, NVIDIA GeForce RTX 4090',
])('%s is several GPUs', (text) => expect(meaningOf(text).kind).toBe('several'));

test.each([
  ...['Microsoft Basic Render Driver', 'llvmpipe (LLVM 15.0.7, 256 bits)', 'lavapipe', 'D3D12 WARP'],
  ...['SwiftShader Device (Subzero)', 'Google SwiftShader', 'Apple Software Renderer'],
])('%s is software', (text) => expect(meaningOf(text).kind).toBe('software'));

test.each([
  ['AMD Radeon Graphics', 'AMD Radeon Graphics'],
  ['AMD Radeon Graphics (RADV RENOIR)', 'AMD Radeon Graphics'],
  ['AMD Radeon 780M Graphics', 'AMD Radeon 780M'],
  ['AMD Ryzen AI 9 HX 370 w/ Radeon 890M', 'AMD Radeon 890M'],
  ['AMD Radeon(TM) Vega 8 Graphics', 'AMD Radeon Vega 8'],
  ['Intel(R) Iris(R) Xe Graphics', 'Intel Iris Xe Graphics'],
  ['Mesa Intel(R) UHD Graphics (TGL GT1)', 'Intel UHD Graphics'],
  ['Mesa Intel(R) Xe Graphics (TGL GT2)', 'Intel Iris Xe Graphics'],
  ['ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)', 'Intel UHD Graphics 620'],
  ['intel-r-iris-r-xe-graphics', 'Intel Iris Xe Graphics'],
  ['Intel(R) HD Graphics 530', 'Intel HD Graphics 530'],
  ['Intel(R) Arc(TM) Graphics', 'Intel Arc Graphics'],
  ['Intel(R) Arc(TM) 140T GPU (16GB)', 'Intel Arc 140T'],
  ['Adreno (TM) 740', 'Qualcomm Adreno 740'],
  ['Mali-G715', 'Arm Mali-G715'],
  ['Samsung Xclipse 940', 'Samsung Xclipse 940'],
  ['Apple A17 Pro GPU', 'Apple A17'],
])('%s shares the computer’s memory', (text, name) => {
  expect(meaningOf(text)).toEqual({ kind: 'shared', name });
});

test('near names share the number of the part', () => {
  expect(nearNames('RTX 4050')).toEqual(['NVIDIA GeForce RTX 4050 Laptop GPU']);
  expect(nearNames('Intel 4090')[0]).toBe('NVIDIA GeForce RTX 4090');
  expect(nearNames('Voodoo 2')).toEqual([]);
});
