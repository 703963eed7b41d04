/**
 * Compiles WGSL on a GPU that is not there: `node compile.mjs JOBS.json FOLDER`, in the environment that compiler.ts
 * makes. What Mesa's compiler says of each module lies in FOLDER as `<number>.txt`; what cannot be compiled as
 * `<number>.error`. The adapter is described in `adapter.json`.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, globals } from 'webgpu';

Object.assign(globalThis, globals);
const [jobsFile = '', folder = ''] = process.argv.slice(2);
/** @type {{ code: string, constants: Record<string, number> }[]} */
const jobs = JSON.parse(readFileSync(jobsFile, 'utf8'));

const FEATURES = /** @type {const} */ (['subgroups']);
const LIMITS = /** @type {const} */ ([
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
]);

// The garbage collector must not take the GPU while its devices are in use.
const gpu = create([]);
const adapter = await gpu.requestAdapter();
if (!adapter) throw new Error('Dawn must find the GPU that is not there; it found no adapter');
const features = FEATURES.filter((name) => adapter.features.has(name));
const { vendor, architecture, description } = adapter.info;
const languageFeatures = [...gpu.wgslLanguageFeatures];
writeFileSync(
  join(folder, 'adapter.json'),
  JSON.stringify({ vendor, architecture, description, features: [...features, ...languageFeatures] }),
);
const device = await adapter.requestDevice({
  requiredFeatures: features,
  requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]])),
});

for (const [i, { code, constants }] of jobs.entries()) {
  process.env.NULLGPU_OUT = join(folder, `${i}.txt`);
  try {
    // Two modules of the same text would be one pipeline.
    const module = device.createShaderModule({ code: `${code}\n// ${i}` });
    await device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main', constants } });
  } catch (error) {
    writeFileSync(join(folder, `${i}.error`), error instanceof Error ? error.message : String(error));
  }
  process.env.NULLGPU_OUT = '';
}
// Devices that are not there do not close.
process.exit(0);
