import { describe, expect, test } from 'vitest';
import { OBSTACLES, type Obstacle, stepsFor } from './help.ts';
import type { Place, Program, System } from './place.ts';

const PROGRAMS: readonly Program[] = ['chrome', 'edge', 'firefox', 'safari', 'node', 'deno', 'unknown'];
const SYSTEMS: readonly System[] = ['windows', 'macos', 'linux', 'android', 'ios', 'chromeos', 'unknown'];
const PLACES: readonly Place[] = PROGRAMS.flatMap((program) => SYSTEMS.map((system) => ({ program, system })));

const stepsIn = (obstacle: Obstacle, program: Program, system: System): string =>
  stepsFor(obstacle, { program, system }).join(' ');

test.each(OBSTACLES)('%s has steps in every place, each a whole sentence, none twice', (obstacle) => {
  for (const place of PLACES) {
    const steps = stepsFor(obstacle, place);
    expect(steps.length, JSON.stringify(place)).toBeGreaterThan(0);
    expect(new Set(steps).size).toBe(steps.length);
    for (const step of steps) expect(step).toMatch(/^[A-Z].*\.$/);
  }
});

describe('each browser is spoken to in its own words', () => {
  test.each<[Obstacle, Program, System, RegExp]>([
    [
      'no-webgpu',
      'chrome',
      'windows',
      /Update Chrome: it has WebGPU from version 113\. .*ARM.*chrome:\/\/flags\/#enable-unsafe-webgpu/,
    ],
    ['no-webgpu', 'edge', 'windows', /Update Edge.*edge:\/\/flags\/#enable-unsafe-webgpu.*edge:\/\/gpu/],
    ['no-webgpu', 'chrome', 'macos', /from version 113/],
    ['no-webgpu', 'chrome', 'linux', /144 on Intel.*147 on NVIDIA.*--enable-features=Vulkan,VulkanFromANGLE/],
    ['no-webgpu', 'chrome', 'android', /121 on Android 12.*Exynos/],
    ['no-webgpu', 'chrome', 'chromeos', /Update ChromeOS/],
    ['no-webgpu', 'firefox', 'windows', /from version 141.*dom\.webgpu\.enabled/],
    ['no-webgpu', 'firefox', 'macos', /145 on macOS 26.*147.*Intel processor/],
    ['no-webgpu', 'firefox', 'linux', /dom\.webgpu\.enabled.*before 152.*Nightly/],
    ['no-webgpu', 'firefox', 'android', /Use Chrome.*chrome:\/\/geckoview/],
    ['no-webgpu', 'safari', 'macos', /version 26 on macOS 26.*Feature Flags/],
    ['no-webgpu', 'safari', 'ios', /iOS or iPadOS 26.*Feature Flags/],
    ['no-webgpu', 'chrome', 'ios', /iOS or iPadOS 26/],
    ['no-webgpu', 'unknown', 'unknown', /Chrome.*Safari.*Firefox/],
    ['no-adapter', 'chrome', 'windows', /chrome:\/\/settings\/system.*driver.*chrome:\/\/gpu.*#ignore-gpu-blocklist/],
    ['no-adapter', 'edge', 'macos', /edge:\/\/settings\/system/],
    ['no-adapter', 'chrome', 'android', /^Update Android: the graphics driver comes with it/],
    ['no-adapter', 'firefox', 'linux', /about:support.*gfx\.webgpu\.ignore-blocklist/],
    ['no-adapter', 'safari', 'macos', /Update macOS/],
    ['no-adapter', 'safari', 'ios', /Close all other tabs and apps/],
    ['no-adapter', 'node', 'linux', /Vulkan driver.*VK_DRIVER_FILES.*--adapter/],
    ['no-adapter', 'deno', 'windows', /^Update the graphics driver\.$/],
    ['no-timestamps', 'chrome', 'windows', /Nothing needs to be done/],
    ['no-timestamps', 'firefox', 'windows', /every 100 ms/],
    ['no-timestamps', 'safari', 'macos', /Chrome on this Mac/],
    ['coarse-clock', 'chrome', 'windows', /more time.*enable-webgpu-developer-features/],
    ['coarse-clock', 'firefox', 'linux', /more time.*privacy\.resistFingerprinting/],
    ['coarse-clock', 'node', 'linux', /no --budget/],
    ['memory', 'safari', 'ios', /0\.25 GB .*“Kept runs”/],
    ['memory', 'chrome', 'android', /Close all other tabs and apps\. .*0\.25 GB/],
    ['memory', 'firefox', 'windows', /less memory \(Options/],
    ['memory', 'node', 'linux', /--memory GB/],
  ])('%s: %s on %s', (obstacle, program, system, words) => {
    expect(stepsIn(obstacle, program, system)).toMatch(words);
  });

  test('no browser is sent to the pages of another, nor the terminal to a page', () => {
    for (const obstacle of OBSTACLES) {
      expect(stepsIn(obstacle, 'edge', 'windows')).not.toMatch(/chrome:|about:/);
      expect(stepsIn(obstacle, 'firefox', 'windows')).not.toMatch(/chrome:|edge:/);
      expect(stepsIn(obstacle, 'safari', 'macos')).not.toMatch(/chrome:|edge:|about:/);
      expect(stepsIn(obstacle, 'safari', 'ios')).not.toMatch(/chrome:|edge:|about:/);
      expect(stepsIn(obstacle, 'node', 'linux')).not.toMatch(/chrome:|about:|Options/);
    }
  });
});
