/**
 * What the tests run on: SwiftShader inside Chromium, Mesa's lavapipe under Dawn, Firefox and Deno, PostgreSQL under the
 * collector, and a C compiler with headers under the compilers of GPUs that are not there. What is missing is installed on Debian as root; elsewhere the error names the command to run.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  findChromium,
  findDeno,
  findFirefox,
  findHeadlessShell,
  MIN_FIREFOX,
} from '../src/cli/hosts/find-programs.mjs';
import { lavapipeDriver } from '../src/cli/hosts/lavapipe.mjs';
import { findPostgres } from './find-postgres.mjs';

/** The minimum major version of Mesa: Dawn refuses older lavapipe drivers. */
const MIN_MESA = 24;

const SHELL = 'chromium-headless-shell';

const UNTRANSLATED = { ...process.env, LC_ALL: 'C' };

/** @type {Record<string, string>} what tests/codegen builds its layers with, and where each package has it */
const C_PACKAGES = {
  gcc: '/usr/bin/gcc',
  'libc6-dev': '/usr/include/stdio.h',
  'libvulkan-dev': '/usr/include/vulkan/vk_layer.h',
  'libdrm-dev': '/usr/include/libdrm/i915_drm.h',
};

/** @type {Record<string, string>} what to tell a package manager to get lavapipe */
const LAVAPIPE_PACKAGES = {
  'apt-get': 'install mesa-vulkan-drivers',
  dnf: 'install mesa-vulkan-drivers',
  pacman: '-S vulkan-swrast',
  zypper: 'install libvulkan_lvp',
};

/** Installs what is missing. @throws Error with the command to run, if this machine is not Debian with root */
export async function ensureAdapters() {
  if (findDeno() === undefined) {
    throw new Error('the tests measure in Deno, which npm did not install here: run "npm ci", or install Deno');
  }
  const missing = await missingPackages();
  if (missing.length === 0) return;
  const debian = debianCodename();
  if (debian === undefined || process.getuid?.() !== 0) throw new Error(instructions(missing, debian));

  console.error(`Installing ${missing.join(' and ')}, which the tests run on.`);
  // A third-party source that is down must not stop us. If Debian's own did not answer, the next command fails.
  aptGet(['update'], { mayFail: true });
  // Now that apt knows its packages, there may be one more.
  for (const name of await missingPackages()) {
    const tooOld =
      name === 'mesa-vulkan-drivers' && majorAfter('Candidate:', query('apt-cache', ['policy', name])) < MIN_MESA;
    // Headers must be as new as the library, which may have come with Mesa.
    const newer = name === 'libdrm-dev' && query('dpkg-query', ['--show', 'libdrm2']).includes('~bpo');
    if (tooOld || newer) installFromBackports(name, debian);
    else aptGet(['install', name]);
  }
  const left = await missingPackages();
  if (left.length > 0) throw new Error(`apt-get succeeded, but there is still no ${left.map(described).join(', no ')}`);
}

/** Returns the packages that are missing or too old, by their Debian names. */
async function missingPackages() {
  const missing = [];
  if (findChromium() === undefined && !(await playwrightHasChromium())) missing.push('chromium');
  // The tests of pages take half the time in it, and can do without.
  if (process.getuid?.() === 0 && findHeadlessShell() === undefined && isOffered(SHELL)) missing.push(SHELL);
  if (firefoxMajor() < MIN_FIREFOX) missing.push('firefox-esr');
  // Debian starts a server of its own with it; the tests use another, in a folder and on a port of their own.
  if (findPostgres() === undefined) missing.push('postgresql');
  // On other systems Dawn, Firefox and Deno run on the system's own GPU API.
  if (process.platform === 'linux' && (lavapipeDriver() === undefined || installedMesaMajor() < MIN_MESA)) {
    missing.push('mesa-vulkan-drivers');
  }
  if (process.platform === 'linux') {
    for (const [name, file] of Object.entries(C_PACKAGES)) if (!existsSync(file)) missing.push(name);
  }
  return missing;
}

/**
 * Whether Debian has a package, as far as apt knows.
 * @param {string} name
 */
const isOffered = (name) =>
  debianCodename() !== undefined && /Candidate: \d/.test(query('apt-cache', ['policy', name]));

async function playwrightHasChromium() {
  const { chromium } = await import('playwright');
  return existsSync(chromium.executablePath());
}

/** Returns the major version of Firefox: 0 if there is none, Infinity where it does not tell, as on Windows. */
function firefoxMajor() {
  const firefox = findFirefox();
  return firefox === undefined ? 0 : majorAfter('Firefox', query(firefox, ['--version'])) || Number.POSITIVE_INFINITY;
}

/**
 * Returns the major version of Mesa that is installed; Infinity without Debian's package manager: Dawn then decides.
 */
function installedMesaMajor() {
  if (debianCodename() === undefined) return Number.POSITIVE_INFINITY;
  return majorAfter('Version:', query('dpkg-query', ['--status', 'mesa-vulkan-drivers']));
}

/**
 * @param {string} field
 * @param {string} text
 * @returns {number} 0 if there is none
 */
const majorAfter = (field, text) => Number(new RegExp(`${field} (\\d+)\\.`).exec(text)?.[1] ?? 0);

function debianCodename() {
  if (!existsSync('/etc/os-release')) return undefined;
  const release = readFileSync('/etc/os-release', 'utf8');
  return /^ID=debian$/m.test(release) ? /^VERSION_CODENAME=(\S+)$/m.exec(release)?.[1] : undefined;
}

/**
 * Installs a package from backports. They are read from the same mirror as the release, through a copy of the sources:
 * the machine's own stay as they are.
 * @param {string} name
 * @param {string} codename
 */
function installFromBackports(name, codename) {
  const sources = mkdtempSync(join(tmpdir(), 'hbmark-apt-'));
  try {
    const { file, text } = backportsSource(codename);
    writeFileSync(join(sources, file), text);
    aptGet([
      'update',
      '-o',
      'Dir::Etc::SourceList=/dev/null',
      '-o',
      `Dir::Etc::SourceParts=${sources}`,
      '-o',
      'APT::Get::List-Cleanup=false',
    ]);
    if (existsSync('/etc/apt/sources.list.d')) cpSync('/etc/apt/sources.list.d', sources, { recursive: true });
    aptGet(['install', '-o', `Dir::Etc::SourceParts=${sources}`, '--target-release', `${codename}-backports`, name]);
  } finally {
    rmSync(sources, { recursive: true });
  }
}

/**
 * Returns the source that this machine gets its release from, mirror, options and keys included, turned to backports.
 * @param {string} codename
 */
function backportsSource(codename) {
  const format = '$(ORIGIN)|$(CODENAME)|$(COMPONENT)|$(RELEASE)|$(SOURCESENTRY)';
  const release = query('apt-get', ['indextargets', '--format', format, 'Created-By: Packages'])
    .split('\n')
    .map((line) => line.split('|'))
    .find(([origin, name, component]) => origin === 'Debian' && name === codename && component === 'main');
  if (release === undefined) {
    throw new Error(`no source of Debian ${codename} main answered: check /etc/apt and the network, then try again`);
  }
  const [, , , suite = '', entry = ''] = release;
  const path = entry.replace(/:\d+$/, '');
  const deb822 = path.endsWith('.sources');
  // The file names the suite as "bookworm" or by an alias such as "oldstable", in a stanza or in a line.
  const named = new RegExp(
    deb822 ? `^Suites:.*(?<![\\w-])${suite}(?![\\w-]).*$` : `(?<=^deb .*\\s)${suite}(?=\\s)`,
    'm',
  );
  const found = readFileSync(path, 'utf8')
    .split(deb822 ? /\n\s*\n/ : '\n')
    .find((text) => named.test(text));
  if (found === undefined) throw new Error(`${path} must have a source for ${suite}; it has none`);
  const backports = `${codename}-backports`;
  return {
    file: deb822 ? 'hbmark-backports.sources' : 'hbmark-backports.list',
    text: `${found.replace(named, deb822 ? `Suites: ${backports}` : backports)}\n`,
  };
}

/**
 * @param {string[]} args
 * @param {{ mayFail?: boolean }} [options]
 */
function aptGet(args, { mayFail = false } = {}) {
  const unattended = ['--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];
  try {
    execFileSync('apt-get', [...unattended, ...args], {
      stdio: ['ignore', 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch (cause) {
    if (!mayFail) throw new Error(`apt-get ${args.join(' ')} failed: what it said is above`, { cause });
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function query(command, args) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], env: UNTRANSLATED });
  } catch {
    return '';
  }
}

/**
 * @param {string[]} missing
 * @param {string | undefined} debian
 */
function instructions(missing, debian) {
  const commands =
    debian === undefined
      ? missing.map((name) => COMMANDS[name]?.() ?? name)
      : [`sudo "${process.execPath}" tools/adapters.mjs`];
  return `the tests run on ${missing.map(described).join(' and ')}: not found here. Run\n  ${commands.join('\n  ')}`;
}

/** @type {Record<string, number>} the minimum versions, by Debian's names */
const MIN_VERSIONS = { 'firefox-esr': MIN_FIREFOX, 'mesa-vulkan-drivers': MIN_MESA };

/** @param {string} name */
const described = (name) => (name in MIN_VERSIONS ? `${name} ${MIN_VERSIONS[name]} or newer` : name);

/** @type {Record<string, () => string>} what to run, or to do, where there is no Debian, by Debian's names */
const COMMANDS = {
  chromium: () => 'npx playwright install --with-deps chromium',
  'firefox-esr': () =>
    `your package manager, to install Firefox ${MIN_FIREFOX} or newer (https://www.mozilla.org/firefox)`,
  'mesa-vulkan-drivers': lavapipeCommand,
  gcc: () => 'your package manager, to install GCC',
  'libc6-dev': () => 'your package manager, to install the headers of the C library',
  'libvulkan-dev': () => 'your package manager, to install the headers of Vulkan and of its loader',
  'libdrm-dev': () => 'your package manager, to install the headers of libdrm',
  postgresql: () => 'your package manager, to install PostgreSQL (https://www.postgresql.org/download)',
};

function lavapipeCommand() {
  const manager = Object.keys(LAVAPIPE_PACKAGES).find((name) => existsSync(join('/usr/bin', name)));
  return manager === undefined
    ? `your package manager, to install Mesa's lavapipe (Vulkan on the CPU), version ${MIN_MESA} or newer`
    : `sudo ${manager} ${LAVAPIPE_PACKAGES[manager]}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureAdapters().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
