/**
 * The name of a GPU as WebGL gives it, out of the string of WEBGL_debug_renderer_info (RENDERER in Firefox). Browsers
 * leave a WebGPU adapter's `device` and `description` blank, so it is often the only name. It may be that of another
 * GPU: a browser can run WebGL and WebGPU on different GPUs of one machine.
 */

import { vendorNamedIn } from './vendors.ts';

export interface Renderer {
  /** The GPU's name, such as `NVIDIA GeForce RTX 4090`. */
  readonly name: string;
  /**
   * Whether the name is only a stand-in for many GPUs, as in Firefox: `NVIDIA GeForce GTX 980, or similar` stands for
   * every NVIDIA GPU since the GTX 900 (dom/canvas/SanitizeRenderer.cpp).
   */
  readonly standIn: boolean;
  readonly vendor: string | undefined;
}

/** What Firefox appends to a stand-in. */
const STAND_IN = /, or similar$/;

/**
 * What surrounds the name, to be taken away in this order. ANGLE, the WebGL of Chromium, and of Firefox on Windows, has
 * `ANGLE (vendor, name, version)`, and in the name the graphics API and the id of the device. Mesa and NVIDIA's driver
 * append their own.
 */
const AROUND: readonly { readonly text: RegExp; readonly kept: string }[] = [
  { text: /^ANGLE \((.*)\)(?: on Vulkan.*)?$/, kept: '$1' },
  { text: /^[^,(]*, (?=\S)/, kept: '' },
  { text: /^ANGLE Metal Renderer: /, kept: '' },
  { text: /^Vulkan [\d.]+ \(/, kept: '' },
  { text: /^Mesa (?:DRI )?/, kept: '' },
  { text: /(?: Direct3D| \((?!TM\))|\/PCI|\/SSE| OpenGL|, ).*$/, kept: '' },
];

/** Strings that name no GPU: Safari's is the same for all of Apple's. */
const NAMELESS = /^(?:|Apple GPU|Generic Renderer|WebKit WebGL|Mozilla|Unknown|Google|AMD|NVIDIA|Intel)$/i;

/** @returns undefined where the string names no GPU */
export function rendererOf(text: string): Renderer | undefined {
  const standIn = STAND_IN.test(text);
  const name = AROUND.reduce((rest, { text, kept }) => rest.replace(text, kept), text.replace(STAND_IN, '')).trim();
  return NAMELESS.test(name) ? undefined : { name, standIn, vendor: vendorNamedIn(name) };
}
