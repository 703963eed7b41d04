import { expect, test } from 'vitest';
import { obstacle } from './checks.ts';

const here = { isSecureContext: true, hasWebGpu: true, origin: 'http://localhost:8080' };

test('nothing stands in the way of WebGPU on a secure origin', () => {
  expect(obstacle(here)).toBeUndefined();
});

test('an insecure origin is named before a missing WebGPU, which follows from it', () => {
  const error = obstacle({ isSecureContext: false, hasWebGpu: false, origin: 'http://bench.example' });
  expect(error?.code).toBe('insecure-origin');
  expect(error?.message).toContain('http://bench.example');
});

test('a browser without WebGPU is told so', () => {
  expect(obstacle({ ...here, hasWebGpu: false })?.code).toBe('no-webgpu');
});
