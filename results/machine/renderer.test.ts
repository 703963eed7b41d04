import { expect, test } from 'vitest';
import { gpusNamed } from '../gpus/by-name.ts';
import { rendererOf } from './renderer.ts';

test.each([
  // Chrome and Edge on Windows, macOS, Linux with NVIDIA's driver, Linux with Mesa, through Vulkan, on Android.
  [
    'ANGLE (NVIDIA, NVIDIA GeForce RTX 4090 (0x00002684) Direct3D11 vs_5_0 ps_5_0, D3D11)',
    'NVIDIA GeForce RTX 4090',
    'nvidia',
  ],
  [
    'ANGLE (Intel, Intel(R) Iris(R) Xe Graphics (0x000046A6) Direct3D11 vs_5_0 ps_5_0, D3D11)',
    'Intel(R) Iris(R) Xe Graphics',
    'intel',
  ],
  [
    'ANGLE (AMD, AMD Radeon(TM) Graphics Direct3D11 vs_5_0 ps_5_0, D3D11-27.20.1020.2002)',
    'AMD Radeon(TM) Graphics',
    'amd',
  ],
  ['ANGLE (Apple, ANGLE Metal Renderer: Apple M1 Pro, Unspecified Version)', 'Apple M1 Pro', 'apple'],
  ['ANGLE (NVIDIA Corporation, NVIDIA GeForce RTX 3060/PCIe/SSE2, OpenGL 4.5.0)', 'NVIDIA GeForce RTX 3060', 'nvidia'],
  [
    'ANGLE (AMD, AMD Radeon RX 6800 XT (navi21, LLVM 15.0.7, DRM 3.49, 6.1.0), OpenGL 4.6)',
    'AMD Radeon RX 6800 XT',
    'amd',
  ],
  ['ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)', 'Intel(R) UHD Graphics 620', 'intel'],
  [
    'ANGLE (NVIDIA, Vulkan 1.3.242 (NVIDIA GeForce RTX 3060 (0x00002503)), NVIDIA)',
    'NVIDIA GeForce RTX 3060',
    'nvidia',
  ],
  ['ANGLE (Samsung Xclipse 940) on Vulkan 1.3.264', 'Samsung Xclipse 940', 'samsung'],
  ['ANGLE (Qualcomm, Adreno (TM) 740, OpenGL ES 3.2)', 'Adreno (TM) 740', 'qualcomm'],
  ['ANGLE (NVIDIA GeForce GTX 1060 Direct3D11 vs_5_0 ps_5_0)', 'NVIDIA GeForce GTX 1060', 'nvidia'],
  ['Mali-G715', 'Mali-G715', 'arm'],
  // Software adapters, in Chromium and without a browser's wrapping.
  [
    'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)',
    'SwiftShader Device',
    'google',
  ],
  ['llvmpipe (LLVM 15.0.7, 256 bits)', 'llvmpipe', 'mesa'],
  ['ANGLE (Mesa, Vulkan 1.4.305 (llvmpipe (LLVM 15.0.6 256 bits) (0x00000000)), llvmpipe)', 'llvmpipe', 'mesa'],
  // Firefox without its stand-ins.
  ['NVIDIA GeForce RTX 3080 OpenGL Engine', 'NVIDIA GeForce RTX 3080', 'nvidia'],
  ['GeForce RTX 3080/PCIe/SSE2', 'GeForce RTX 3080', 'nvidia'],
])('%s is the name of %s', (text, name, vendor) => {
  expect(rendererOf(text)).toEqual({ name, vendor, standIn: false });
});

test.each([
  ['ANGLE (NVIDIA, NVIDIA GeForce GTX 980 Direct3D11 vs_5_0 ps_5_0), or similar', 'NVIDIA GeForce GTX 980', 'nvidia'],
  ['Apple M1, or similar', 'Apple M1', 'apple'],
  ['Intel(R) HD Graphics 400, or similar', 'Intel(R) HD Graphics 400', 'intel'],
  ['Radeon R9 200 Series, or similar', 'Radeon R9 200 Series', 'amd'],
  ['llvmpipe, or similar', 'llvmpipe', 'mesa'],
])('%s is Firefox’s stand-in', (text, name, vendor) => {
  expect(rendererOf(text)).toEqual({ name, vendor, standIn: true });
});

test.each(['Apple GPU', 'Generic Renderer', 'WebKit WebGL', 'Mozilla', '', 'ANGLE (Apple, Apple GPU, Metal)'])(
  '%j names no GPU',
  (text) => expect(rendererOf(text)).toBeUndefined(),
);

test.each([
  ['ANGLE (NVIDIA, NVIDIA GeForce RTX 4090 (0x00002684) Direct3D11 vs_5_0 ps_5_0, D3D11)', ['NVIDIA GeForce RTX 4090']],
  ['ANGLE (Apple, ANGLE Metal Renderer: Apple M2 Max, Unspecified Version)', ['Apple M2 Max']],
  [
    'ANGLE (NVIDIA, NVIDIA GeForce RTX 4090 Laptop GPU (0x00002717) Direct3D11 vs_5_0 ps_5_0, D3D11)',
    ['NVIDIA GeForce RTX 4090 Laptop GPU'],
  ],
  ['ANGLE (Intel, Intel(R) Arc(TM) B580 Graphics (0x0000E20B) Direct3D11 vs_5_0 ps_5_0, D3D11)', ['Intel Arc B580']],
])('%s leads to %j in the table', (text, names) => {
  expect(gpusNamed(rendererOf(text)?.name ?? '').map(({ name }) => name)).toEqual(names);
});
