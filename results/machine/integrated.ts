/**
 * GPUs inside a processor, in machines that may have a faster one beside it, and how to switch to that. Browsers on
 * Windows often take the one inside the processor. Apple's GPUs and those of phones are not meant: theirs is the only
 * one.
 */

import type { AdapterInfo, HostInfo } from '../record/schema.ts';
import { adapterName, isSoftware, namesOf, webglGpuOf } from './identity.ts';
import { ownPages, type Place, placeOf, programName } from './place.ts';
import { rendererOf } from './renderer.ts';

/**
 * Architectures whose GPUs all lie inside a processor, as Dawn names them (`src/dawn/gpu_info.json` of
 * google/dawn@1e975e2), but for the Iris Xe MAX among `gen-12lp`. AMD's architectures do not tell.
 */
const ARCHITECTURES: ReadonlyMap<string, readonly string[]> = new Map([
  ['intel', ['gen-7', 'gen-8', 'gen-9', 'gen-11', 'gen-12lp', 'xe-lpg', 'xe-2lpg', 'xe-3lpg', 'xe-3lpg-xs']],
]);

/** Names of GPUs inside a processor, as drivers and WebGL give them. */
const NAMES: readonly RegExp[] = [
  /intel.*\b(?:u?hd|iris)\b/i,
  // Processors since 2023: "Intel(R) Graphics", "Intel(R) Arc(TM) Graphics", "Intel(R) Arc(TM) 140V GPU". Cards have
  // a letter before the number: "Intel(R) Arc(TM) A770 Graphics".
  /intel\(r\)(?: arc\(tm\))?(?: pro)?(?: 1\d\d[tv])?(?: graphics| gpu)\b/i,
  /radeon(?:\(tm\))? graphics\b/i,
  /radeon(?:\(tm\))? [678]\d0m\b/i,
  /radeon(?:\(tm\))? 80[456]0s\b/i,
  /radeon(?:\(tm\))?(?: rx)? vega \d+ graphics\b/i,
  /radeon(?:\(tm\))? r\d graphics\b/i,
  // Steam Deck and the like.
  /amd custom gpu/i,
];

/** Cards whose names are like those above: the Iris Xe MAX is a GPU of its own. */
const CARDS = /iris.*\bmax\b/i;

/** Whether an adapter is a GPU inside a processor, of a machine that may have another. */
export function isIntegrated(adapter: AdapterInfo): boolean {
  if (isSoftware(adapter)) return false;
  const names = [...namesOf(adapter).map((text) => rendererOf(text)?.name ?? text), webglGpuOf(adapter)?.name ?? ''];
  if (names.some((name) => CARDS.test(name))) return false;
  return (
    (ARCHITECTURES.get(adapter.vendor)?.includes(adapter.architecture) ?? false) ||
    names.some((name) => NAMES.some((integrated) => integrated.test(name)))
  );
}

/**
 * How to switch to another GPU of the machine, as the end of a sentence. The page asks for the fast GPU. Chrome and
 * Edge ignore that on Windows (https://crbug.com/369219127; delete the switch of theirs when it is closed), and Windows
 * gives each program a GPU.
 */
export function switchText(place: Place): string {
  const { program, system } = place;
  if (program === 'node') return 'name it with --adapter, which takes a part of its name.';
  const name = programName(place);
  const chromium = program === 'chrome' || program === 'edge';
  const list = chromium ? `${ownPages(place)}gpu` : program === 'firefox' ? 'about:support' : undefined;
  const listed = list === undefined ? '' : ` ${list} lists the GPUs that ${name} sees.`;
  switch (system) {
    case 'windows': {
      const flag = chromium ? ` Or switch on ${ownPages(place)}flags/#force-high-performance-gpu.` : '';
      return `open Windows’ Settings → System → Display → Graphics, add ${name}, choose “High performance”, and start ${name} again.${flag}${listed}`;
    }
    case 'macos':
      return `switch off “Automatic graphics switching” in the system’s Battery settings; only Macs with an Intel processor have two GPUs.${listed}`;
    case 'linux':
      // The first is Mesa's (docs.mesa3d.org/envvars.html), the others are of NVIDIA's driver (its README, "PRIME Render
      // Offload").
      return `start ${name} with DRI_PRIME=1 (AMD, Intel) or with __NV_PRIME_RENDER_OFFLOAD=1 __VK_LAYER_NV_optimus=NVIDIA_only (NVIDIA).${listed}`;
    default:
      return `choose it in the system’s graphics settings, and start ${name} again.${listed}`;
  }
}

/** A line for a person whose run is, or was, on a GPU inside the processor; undefined for other adapters. */
export function integratedText(adapter: AdapterInfo, host: HostInfo): string | undefined {
  return isIntegrated(adapter)
    ? `${adapterName(adapter)} is a GPU inside the processor. If this machine has a faster one, ${switchText(placeOf(host))}`
    : undefined;
}
