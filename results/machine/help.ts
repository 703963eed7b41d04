/**
 * What a person can do about an obstacle, in the words of their browser and system: which switch, and where it lies.
 * Browsers move, so each entry has its source, and where a fact ages its version. As of November 2026.
 */

import { isHandheld, ownPages, type Place, programName, type System } from './place.ts';

/**
 * - `no-webgpu`: the browser has no WebGPU, or has it switched off
 * - `no-adapter`: WebGPU is there and offers no GPU, or only a software adapter: the GPU is blocked, or has no driver
 * - `no-timestamps`: the GPU's own clock is missing or wrong, so the wall clock times the run
 * - `coarse-clock`: the clock is coarse for the time that the run had
 * - `memory`: the device refuses memory
 */
export const OBSTACLES = ['no-webgpu', 'no-adapter', 'no-timestamps', 'coarse-clock', 'memory'] as const;

export type Obstacle = (typeof OBSTACLES)[number];

type Steps = Readonly<Record<Obstacle, readonly string[]>>;

/** The steps that help, in the order in which to try them: at least one. */
export const stepsFor = (obstacle: Obstacle, place: Place): readonly string[] => stepsOf(place)[obstacle];

/** Every browser on iOS and iPadOS is made from WebKit, whatever its name. */
function stepsOf(place: Place): Steps {
  if (place.system === 'ios') return IOS;
  switch (place.program) {
    case 'chrome':
    case 'edge':
      return chromium(place);
    case 'firefox':
      return firefox(place);
    case 'safari':
      return SAFARI;
    case 'node':
    case 'deno':
      return terminal(place);
    default:
      return UNKNOWN;
  }
}

/**
 * Sources: https://github.com/gpuweb/gpuweb/wiki/Implementation-Status (April 2026) for versions, GPUs and flags;
 * https://developer.chrome.com/docs/web-platform/webgpu/troubleshooting-tips; gpuweb#5521 for GPUs of Samsung.
 */
function chromium(place: Place): Steps {
  const name = programName(place);
  const pages = ownPages(place);
  const look = `Open ${pages}gpu and look for WebGPU: the page says whether it is on, and why a GPU is refused.`;
  const unsafe = `switch on ${pages}flags/#enable-unsafe-webgpu, and start ${name} again`;
  const webGpu: Readonly<Partial<Record<System, readonly string[]>>> = {
    windows: [`Update ${name}: it has WebGPU from version 113.`, `On Windows for ARM processors, ${unsafe}.`],
    macos: [`Update ${name}: it has WebGPU from version 113.`],
    chromeos: ['Update ChromeOS: it has WebGPU from version 113.'],
    android: [
      `Update ${name} and Android: it has WebGPU from version 121 on Android 12, on GPUs called Adreno (Qualcomm) and Mali (Arm); from version 139 on Android 16, on GPUs called PowerVR.`,
      'GPUs of Samsung’s Exynos processors have none yet.',
    ],
    linux: [
      `Update ${name}: it has WebGPU from version 144 on Intel GPUs since 2020 (generation 12), and from version 147 on NVIDIA GPUs with driver 535.183.01 or newer.`,
      `For other GPUs, start ${name} with --enable-unsafe-webgpu --ozone-platform=x11 --use-angle=vulkan --enable-features=Vulkan,VulkanFromANGLE.`,
    ],
  };
  const accelerate = `Switch on “Use graphics acceleration when available” in ${pages}settings/system, and start ${name} again.`;
  const blocked = `If the GPU is on ${name}’s block list and you accept the risk, switch on ${pages}flags/#ignore-gpu-blocklist.`;
  const drivers =
    place.system === 'android' ? 'Update Android: the graphics driver comes with it.' : 'Update the graphics driver.';
  const linux = place.system === 'linux' ? (webGpu.linux ?? []) : [];
  const desktop = isHandheld(place) ? [] : [accelerate];
  return {
    'no-webgpu': [...(webGpu[place.system] ?? [`Update ${name}, and the system.`]), look],
    'no-adapter': [...desktop, drivers, ...linux, look, blocked],
    'no-timestamps': [
      `Nothing needs to be done. For narrower intervals, update ${name} and the graphics driver, and run again.`,
    ],
    'coarse-clock': [
      MORE_TIME,
      `Or switch on ${pages}flags/#enable-webgpu-developer-features, and start ${name} again: timestamps then have their full resolution.`,
    ],
    memory: isHandheld(place) ? LITTLE_MEMORY : MEMORY,
  };
}

/**
 * Sources: the wiki of gpuweb for versions; https://bugzil.la/1993341 and https://bugzil.la/2004105 for Macs; gpuweb#6331
 * and Firefox ESR 153 here for Linux, where releases obey the preference and put lavapipe on their block list;
 * gpuweb#5521 for Android; https://bugzil.la/1870699 for the timer of 100 ms: delete its sentence when that is fixed.
 */
function firefox(place: Place): Steps {
  const { system } = place;
  const enable = 'Set dom.webgpu.enabled to true in about:config, and start Firefox again.';
  const webGpu: Readonly<Partial<Record<System, readonly string[]>>> = {
    windows: ['Update Firefox: it has WebGPU from version 141.', enable],
    macos: [
      'On Macs with Apple silicon, update Firefox: it has WebGPU from version 145 on macOS 26, and from version 147 on older ones.',
      'On Macs with an Intel processor Firefox has none: use Chrome.',
    ],
    linux: [enable, 'Releases before 152 ignore that: update Firefox, or use Firefox Nightly.'],
    android: [
      'Use Chrome: on Android, only Firefox Nightly has WebGPU.',
      'In Firefox Nightly, set dom.webgpu.enabled to true at chrome://geckoview/content/config.xhtml, and start it again.',
    ],
  };
  const handheld = isHandheld(place);
  const config = handheld ? 'at chrome://geckoview/content/config.xhtml' : 'in about:config';
  return {
    'no-webgpu': webGpu[system] ?? ['Update Firefox.', enable],
    'no-adapter': [
      'Open about:support and look for WebGPU under Graphics: the page says why a GPU is refused.',
      ...(handheld
        ? []
        : ['Switch on “Use hardware acceleration when available” in Settings → General → Performance.']),
      handheld ? 'Update Android: the graphics driver comes with it.' : 'Update the graphics driver.',
      `If the GPU is on Firefox’s block list and you accept the risk, set gfx.webgpu.ignore-blocklist to true ${config}, and start Firefox again.`,
    ],
    'no-timestamps': [
      'Nothing needs to be done. Firefox learns only every 100 ms that work is done, so give the run more time (profile “full”), or run in Chrome.',
    ],
    'coarse-clock': [
      MORE_TIME,
      'If privacy.resistFingerprinting is true in about:config, set it to false: it makes every clock coarse.',
    ],
    memory: handheld ? LITTLE_MEMORY : MEMORY,
  };
}

/**
 * Sources: WebKit switches WebGPU on from macOS 26 and iOS 26 (`ENABLE_WEBGPU_BY_DEFAULT` in wtf/PlatformEnable.h), and
 * off in Lockdown Mode (UnifiedWebPreferences.yaml); the flag of older versions: caniuse#7124.
 */
const SAFARI: Steps = {
  'no-webgpu': [
    'Update macOS: Safari has WebGPU from version 26 on macOS 26.',
    'In Safari 17.4 to 18: tick “Show features for web developers” in Settings → Advanced, and switch on WebGPU under Feature Flags.',
    'Lockdown Mode switches WebGPU off: leave it, or exclude this website.',
  ],
  'no-adapter': [
    'Update macOS: the graphics driver comes with it.',
    'Start the Mac again, and run before other programs use the GPU.',
  ],
  'no-timestamps': ['Nothing needs to be done. For narrower intervals, run in Chrome on this Mac.'],
  'coarse-clock': [
    'Give the run more time: choose the profile “full”, and no time limit.',
    'Or run in Chrome on this Mac.',
  ],
  memory: [
    'Close other programs and tabs that use the GPU.',
    'Give the run less memory (Options → Maximum memory), and run again.',
  ],
};

/** iOS ends a tab that takes more than about 1.5 GB, without an error: WebKit#49472. */
const IOS: Steps = {
  'no-webgpu': [
    'Update to iOS or iPadOS 26 (Settings → General → Software Update): every browser has WebGPU from then on.',
    'Before that, Safari has it from 17.4: switch on WebGPU in Settings → Apps → Safari → Advanced → Feature Flags.',
    'Lockdown Mode switches WebGPU off: leave it, or exclude this website.',
  ],
  'no-adapter': [
    'Close all other tabs and apps, and load this page again.',
    'Start the device again, and update it in Settings → General → Software Update.',
  ],
  'no-timestamps': ['Nothing needs to be done: every browser on iOS and iPadOS has the same clocks.'],
  'coarse-clock': ['Give the run more time: choose the profile “full”, and no time limit.'],
  memory: [
    'Close all other tabs and apps.',
    'Give the run 0.25 GB (Options → Maximum memory), and run again.',
    'If the tab was closed, open this page again: what was measured is kept under “Kept runs”.',
  ],
};

/** Dawn in Node, and wgpu in Deno, which reach the GPU through the system's own drivers. */
function terminal({ program, system }: Place): Steps {
  const drivers =
    system === 'linux'
      ? 'Install the GPU’s Vulkan driver (AMD and Intel: mesa-vulkan-drivers); “vulkaninfo --summary” shows which drivers there are.'
      : 'Update the graphics driver.';
  const named = system === 'linux' ? ['See that VK_DRIVER_FILES does not name a software driver.'] : [];
  const other = program === 'node' ? ['Name another adapter with --adapter NAME.'] : [];
  return {
    'no-webgpu': ['Use --host chromium: it runs the page in a headless browser.'],
    'no-adapter': [drivers, ...named, ...other],
    'no-timestamps': ['Nothing needs to be done. For narrower intervals, update the graphics driver, and run again.'],
    'coarse-clock': ['Give the run more time: --profile full, and no --budget.'],
    memory: ['Close other programs that use the GPU.', 'Give the run less memory: --memory GB.'],
  };
}

const MORE_TIME = 'Give the run more time: choose the profile “full”, and no time limit.';

const MEMORY = [
  'Close other programs and tabs that use the GPU.',
  'Give the run less memory (Options → Maximum memory), and run again.',
];

const LITTLE_MEMORY = [
  'Close all other tabs and apps.',
  'Give the run 0.25 GB (Options → Maximum memory), and run again.',
  'If the tab was closed, open this page again: what was measured is kept under “Kept runs”.',
];

/** A browser whose words are not known. */
const UNKNOWN: Steps = {
  'no-webgpu': [
    'Chrome or Edge have WebGPU from version 113 on Windows, macOS and ChromeOS, and from 121 on Android 12.',
    'Safari has it from version 26 on macOS 26, iOS 26 and iPadOS 26.',
    'Firefox has it from version 141 on Windows, and from 145 on Macs with Apple silicon; on Linux set dom.webgpu.enabled to true in about:config.',
  ],
  'no-adapter': [
    'Switch on hardware acceleration in the browser’s settings, and start it again.',
    'Update the graphics driver.',
  ],
  'no-timestamps': ['Nothing needs to be done. For narrower intervals, update the browser and the graphics driver.'],
  'coarse-clock': [MORE_TIME],
  memory: MEMORY,
};
