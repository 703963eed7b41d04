import { expect, test } from 'vitest';
import { type Asked, rendererIn } from './webgl.ts';

/** A context that answers `plain` to everybody, and `unmasked` by the extension, if it has that. */
const context = (plain: unknown, unmasked?: string): Asked => ({
  RENDERER: 1,
  getExtension: () => (unmasked === undefined ? null : { UNMASKED_RENDERER_WEBGL: 2 }),
  getParameter: (name) => (name === 1 ? plain : unmasked),
});

const ANGLE = 'ANGLE (NVIDIA, NVIDIA GeForce RTX 4090 (0x00002684) Direct3D11 vs_5_0 ps_5_0, D3D11)';

test.each([
  ['Chromium and Safari give it by the extension', context('WebKit WebGL', ANGLE), ANGLE],
  ['Firefox gives it by RENDERER', context('llvmpipe, or similar', 'asked for nothing'), 'llvmpipe, or similar'],
  ['a browser without the extension gives none', context('WebKit WebGL'), undefined],
  ['Firefox gives none where it resists fingerprinting', context('Mozilla', 'Mozilla'), undefined],
  ['a context that is lost gives none', context(null), undefined],
])('%s', (_, gl, renderer) => expect(rendererIn(gl)).toBe(renderer));
