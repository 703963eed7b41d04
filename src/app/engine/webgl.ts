/**
 * The GPU's name by WebGL. WebGPU leaves it blank in browsers, so that pages cannot tell people apart; WebGL gives it all
 * the same. Asked once, before anything is timed, and the context is given back at once.
 */

/** The part of a WebGL context that is asked. */
export interface Asked {
  readonly RENDERER: number;
  getExtension(name: 'WEBGL_debug_renderer_info'): { readonly UNMASKED_RENDERER_WEBGL: number } | null;
  getParameter(name: number): unknown;
}

/** What Chromium and Safari answer to everybody (`WebKit WebGL`), and Firefox under resistFingerprinting. */
const MASKED = ['', 'WebKit WebGL', 'Mozilla'];

/**
 * Returns the name that `gl` gives. Firefox gives it by RENDERER, and warns whoever asks its extension; Chromium and
 * Safari give it by the extension only.
 */
export function rendererIn(gl: Asked): string | undefined {
  const plain = String(gl.getParameter(gl.RENDERER) ?? '');
  if (!MASKED.includes(plain)) return plain;
  const extension = gl.getExtension('WEBGL_debug_renderer_info');
  const unmasked = extension ? String(gl.getParameter(extension.UNMASKED_RENDERER_WEBGL) ?? '') : '';
  return MASKED.includes(unmasked) ? undefined : unmasked;
}

let known: { readonly renderer: string | undefined } | undefined;

/**
 * The name of the GPU that WebGL runs on in this worker: the fast one of two, as WebGPU is asked for. Undefined where
 * there is no WebGL, or it names none.
 */
export function webglRenderer(): string | undefined {
  known ??= { renderer: askWebgl() };
  return known.renderer;
}

function askWebgl(): string | undefined {
  try {
    const gl = new OffscreenCanvas(1, 1).getContext('webgl', { powerPreference: 'high-performance' });
    if (!gl) return undefined;
    const renderer = rendererIn(gl);
    gl.getExtension('WEBGL_lose_context')?.loseContext();
    return renderer;
  } catch {
    // A browser without OffscreenCanvas: the name is a help, and no run depends on it.
    return undefined;
  }
}
