/** The browser's brand and system: from its user agent data if it has them, else from its user agent string. Pure. */

import type { HostInfo } from '../../../results/schema.ts';

export interface Agent {
  readonly userAgent: string;
  readonly platform?: string | undefined;
  readonly userAgentData?: NavigatorUAData | undefined;
  /** Only the page's own thread knows it, and no worker. */
  readonly maxTouchPoints?: number | undefined;
}

/** Brands in a user agent string, the most specific first: Edge also calls itself Chrome, and Chrome Safari. */
const PATTERNS: readonly { readonly brand: string; readonly pattern: RegExp }[] = [
  { brand: 'Microsoft Edge', pattern: /Edg(?:e|A|iOS)?\/(\d+)/ },
  { brand: 'Opera', pattern: /OPR\/(\d+)/ },
  { brand: 'Firefox', pattern: /(?:Firefox|FxiOS)\/(\d+)/ },
  { brand: 'Chrome', pattern: /(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/ },
  { brand: 'Safari', pattern: /Version\/(\d+).*Safari/ },
];

export function browserInfo(agent: Agent): HostInfo {
  const { userAgent, userAgentData } = agent;
  const fromData = userAgentData && fromBrands(userAgentData);
  const { brand, majorVersion } = fromData ?? fromUserAgent(userAgent);
  return { kind: 'browser', brand, majorVersion, platform: userAgentData?.platform || systemOf(agent) };
}

/**
 * The system, where its browser has no user agent data. Firefox on Android calls it Linux, and Safari on an iPad calls
 * it a Mac: no Mac has a touch screen.
 */
function systemOf({ userAgent, platform = '', maxTouchPoints = 0 }: Agent): string {
  if (/android/i.test(userAgent)) return 'Android';
  return platform === 'MacIntel' && maxTouchPoints > 1 ? 'iPad' : platform;
}

type Brand = Pick<HostInfo, 'brand' | 'majorVersion'>;

/**
 * The browser's own brand. The list also holds its engine's, and an invented one such as "Not)A;Brand", which keeps
 * sites from relying on the list (https://wicg.github.io/ua-client-hints/#create-arbitrary-brands-section).
 */
function fromBrands({ brands }: NavigatorUAData): Brand | undefined {
  const real = brands.filter(({ brand }) => !/not.?a.*brand/i.test(brand));
  const chosen = real.find(({ brand }) => brand !== 'Chromium') ?? real[0];
  return chosen && { brand: chosen.brand, majorVersion: Number.parseInt(chosen.version, 10) || null };
}

function fromUserAgent(userAgent: string): Brand {
  for (const { brand, pattern } of PATTERNS) {
    const version = pattern.exec(userAgent)?.[1];
    if (version) return { brand, majorVersion: Number(version) };
  }
  return { brand: 'unknown browser', majorVersion: null };
}
