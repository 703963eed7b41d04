import { expect, test } from 'vitest';
import type { AdapterInfo, HostInfo } from '../record/schema.ts';
import { integratedText, isIntegrated } from './integrated.ts';

const adapter = (given: Partial<AdapterInfo>): AdapterInfo => ({
  ...{ vendor: '', architecture: '', device: '', description: '', renderer: null, isFallbackAdapter: false },
  ...{ subgroupMinSize: 4, subgroupMaxSize: 128, features: [], limits: {} },
  ...given,
});

const angle = (vendor: string, name: string) =>
  `ANGLE (${vendor}, ${name} (0x0000ABCD) Direct3D11 vs_5_0 ps_5_0, D3D11)`;

test.each<Partial<AdapterInfo>>([
  { vendor: 'intel', architecture: 'gen-12lp' },
  { vendor: 'intel', architecture: 'xe-2lpg', renderer: angle('Intel', 'Intel(R) Arc(TM) 140V GPU (16GB)') },
  { vendor: 'intel', renderer: angle('Intel', 'Intel(R) UHD Graphics 770') },
  { vendor: 'intel', renderer: angle('Intel', 'Intel(R) Arc(TM) Graphics') },
  { vendor: 'intel', description: 'Intel(R) Graphics' },
  { vendor: 'amd', architecture: 'rdna-3', renderer: angle('AMD', 'AMD Radeon(TM) 780M Graphics') },
  { vendor: 'amd', architecture: 'rdna-2', renderer: angle('AMD', 'AMD Radeon(TM) Graphics') },
  { vendor: 'amd', architecture: 'gcn-5', renderer: angle('AMD', 'AMD Radeon(TM) Vega 8 Graphics') },
  { vendor: 'amd', description: 'AMD Radeon 8060S Graphics (RADV STRIX_HALO)' },
  { vendor: 'amd', description: 'AMD Radeon Graphics (RADV RENOIR)' },
  { renderer: 'Intel(R) HD Graphics 400, or similar' },
])('%j lies inside a processor', (given) => expect(isIntegrated(adapter(given))).toBe(true));

test.each<Partial<AdapterInfo>>([
  { vendor: 'intel', architecture: 'gen-12lp', renderer: angle('Intel', 'Intel(R) Iris(R) Xe MAX Graphics') },
  { vendor: 'intel', architecture: 'xe-2hpg', renderer: angle('Intel', 'Intel(R) Arc(TM) B580 Graphics') },
  { vendor: 'intel', architecture: 'gen-12hp', renderer: angle('Intel', 'Intel(R) Arc(TM) A770 Graphics') },
  { vendor: 'amd', architecture: 'rdna-3', renderer: angle('AMD', 'AMD Radeon RX 7900 XTX') },
  { vendor: 'amd', renderer: angle('AMD', 'Radeon (TM) RX 480 Graphics') },
  { vendor: 'amd', renderer: angle('AMD', 'AMD Radeon RX Vega 64') },
  { vendor: 'amd', renderer: angle('AMD', 'AMD Radeon RX 6700M') },
  { vendor: 'amd', architecture: 'rdna-3' },
  { vendor: 'nvidia', architecture: 'lovelace', renderer: angle('NVIDIA', 'NVIDIA GeForce RTX 4090') },
  // WebGL on another GPU than WebGPU.
  { vendor: 'nvidia', architecture: 'lovelace', renderer: angle('Intel', 'Intel(R) UHD Graphics 770') },
  // The only GPU of its machine.
  {
    vendor: 'apple',
    architecture: 'metal-3',
    renderer: 'ANGLE (Apple, ANGLE Metal Renderer: Apple M1, Unspecified Version)',
  },
  { vendor: 'qualcomm', architecture: 'adreno-7xx' },
  { vendor: 'mesa', description: 'llvmpipe: Mesa 25.0.7', isFallbackAdapter: true },
  {},
])('%j does not', (given) => expect(isIntegrated(adapter(given))).toBe(false));

const IRIS = adapter({
  ...{ vendor: 'intel', architecture: 'gen-12lp' },
  renderer: angle('Intel', 'Intel(R) Iris(R) Xe Graphics'),
});

const host = (brand: string, platform: string, kind: HostInfo['kind'] = 'browser'): HostInfo => ({
  ...{ kind, brand, platform },
  majorVersion: 150,
});

test.each([
  [
    host('Google Chrome', 'Windows'),
    /Settings → System → Display → Graphics, add Chrome, .*chrome:\/\/flags\/#force-high-performance-gpu\. chrome:\/\/gpu lists/,
  ],
  [host('Microsoft Edge', 'Windows'), /add Edge, .*edge:\/\/flags\/#force-high-performance-gpu\. edge:\/\/gpu lists/],
  [host('Firefox', 'Win32'), /add Firefox, choose “High performance”, and start Firefox again\. about:support lists/],
  [host('Google Chrome', 'macOS'), /“Automatic graphics switching”/],
  [host('Firefox', 'Linux x86_64'), /start Firefox with DRI_PRIME=1 .*NV_PRIME_RENDER_OFFLOAD=1.*about:support/],
  [host('Google Chrome', 'Chrome OS'), /graphics settings/],
  [host('Dawn', 'win32 x64', 'node'), /name it with --adapter/],
  [host('wgpu', 'linux x86_64', 'deno'), /start Deno with DRI_PRIME=1/],
])('on %j it says how to switch', (where, how) => {
  const text = integratedText(IRIS, where) ?? '';
  expect(text).toMatch(
    /^Intel\(R\) Iris\(R\) Xe Graphics is a GPU inside the processor\. If this machine has a faster one, /,
  );
  expect(text).toMatch(how);
});

test('other adapters get no such line', () => {
  expect(integratedText(adapter({ vendor: 'nvidia' }), host('Google Chrome', 'Windows'))).toBeUndefined();
});
