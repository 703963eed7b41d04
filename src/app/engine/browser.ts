/** The browser's brand and system: from its user agent data if it has them, else from its user agent string. Pure. */

import type { HostInfo } from '../../../results/record/schema.ts';

export interface Agent {
  readonly userAgent: string;
  readonly platform?: string | undefined;
  readonly userAgentData?: NavigatorUAData | undefined;
  /** The number of fingers that the screen feels. Only the page's own thread knows it, and no worker. Default: none. */
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
  const { userAgent, platform = '', userAgentData } = agent;
  const fromData = userAgentData && fromBrands(userAgentData);
  const { brand, majorVersion } = fromData ?? fromUserAgent(userAgent);
  return { kind: 'browser', brand, majorVersion, platform: userAgentData?.platform || (handheld(agent) ?? platform) };
}

/**
 * The platform of a phone or a tablet, where its browser has no user agent data. Firefox on Android calls its platform
 * Linux. An iPad calls itself a Mac, but no Mac has a screen that feels fingers
 * (https://developer.apple.com/forums/thread/119186).
 */
function handheld({ userAgent, platform = '', maxTouchPoints = 0 }: Agent): string | undefined {
  if (/\bAndroid\b/.test(userAgent)) return 'Android';
  if (/\b(iPhone|iPod)\b/.test(userAgent)) return 'iOS';
  if (/\biPad\b/.test(userAgent) || (/^Mac/.test(platform) && maxTouchPoints > 1)) return 'iPadOS';
  return undefined;
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
