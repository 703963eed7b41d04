/** The place: the program, the system under it and the GPU are sold, and run, together. */

import { placeOf, placeText } from '../../../../../results/machine/place.ts';
import { vendorName } from '../../../../../results/machine/vendors.ts';
import type { Rule } from '../../rule.ts';

const APPLE_SYSTEMS: ReadonlySet<string> = new Set(['macos', 'ios']);

/** Vendors whose GPUs are in no computer or phone of Apple's since WebGPU: macOS lost NVIDIA's drivers in 2018. */
const NOT_APPLES: ReadonlySet<string> = new Set([
  'nvidia',
  'qualcomm',
  'arm',
  'samsung',
  'img-tec',
  'broadcom',
  'huawei',
]);

/** GPUs of phones and of nothing that runs Windows or macOS, Qualcomm's apart. */
const PHONES_ONLY: ReadonlySet<string> = new Set(['arm', 'samsung', 'huawei']);

/** GPUs for servers, which no laptop or desktop with another system than Linux or Windows holds. */
const SERVERS = /\b(?:H100|H200|B200|GB200|GB300|A100|V100|MI\d{3}X?)\b/i;

export default {
  id: 'odd-place',
  name: 'A machine that there is',
  statement: 'Program, system and GPU fit each other: Apple’s GPUs run under Apple’s systems, and so on.',
  severity: 'doubtful',
  check({ host, adapter }, { software }) {
    const place = placeOf(host);
    const vendor = vendorName(adapter.vendor);
    const { program, system } = place;
    const said = `It ran in ${placeText(place)} on a GPU of ${vendor}`;
    if (program === 'safari' && system !== 'unknown' && !APPLE_SYSTEMS.has(system)) {
      return `It ran in ${placeText(place)}, and Safari runs under macOS and iOS only.`;
    }
    if (software || system === 'unknown') return undefined;
    if (vendor === 'apple' && !APPLE_SYSTEMS.has(system) && system !== 'linux') {
      return `${said}, whose GPUs are in Apple’s computers only.`;
    }
    if (APPLE_SYSTEMS.has(system) && NOT_APPLES.has(vendor))
      return `${said}, which no system of Apple’s has a driver for.`;
    if (system === 'ios' && vendor !== '' && vendor !== 'apple')
      return `${said}, and phones of Apple have Apple’s GPUs.`;
    if (system === 'windows' && PHONES_ONLY.has(vendor)) return `${said}, whose GPUs are in phones only.`;
    const server = [adapter.description, adapter.device, adapter.renderer ?? ''].find((name) => SERVERS.test(name));
    return server !== undefined && !['linux', 'windows'].includes(system)
      ? `It ran in ${placeText(place)} on ${server.slice(0, 60)}, a GPU of servers.`
      : undefined;
  },
} satisfies Rule;
