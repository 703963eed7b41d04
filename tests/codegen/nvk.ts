/**
 * Mesa's NVK, which Debian 12 does not have: that of Debian 13, with its own C library, unpacked into a folder and run
 * through its own loader. Nothing of the system changes. Only the bench of docs/codegen.md needs it.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Vulkan } from './compiler.ts';
import { RTX_4090 } from './gpus.ts';

const SUITE = 'trixie';
const PACKAGES = ['mesa-vulkan-drivers', 'libvulkan1', 'libstdc++6'];
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Returns a Vulkan whose only driver is NVK, with `layers` of buildLayers. What is missing in `folder` is downloaded from
 * the mirror of Debian that this machine uses. @throws Error if there is none, or if apt-get fails
 */
export function nvk(folder: string, layers: string): Vulkan {
  const root = join(folder, 'root');
  const loader = join(root, 'usr/lib64/ld-linux-x86-64.so.2');
  const libraries = join(root, 'usr/lib/x86_64-linux-gnu');
  if (!existsSync(loader)) download(folder, root);
  const driver = join(folder, 'nouveau_icd.json');
  const icd = { api_version: '1.4.305', library_path: join(libraries, 'libvulkan_nouveau.so') };
  writeFileSync(driver, JSON.stringify({ ICD: icd, file_format_version: '1.0.0' }));
  // Its libraries first, then those that node needs and it has not.
  const path = `${libraries}:/usr/lib/x86_64-linux-gnu`;
  const fake = join(layers, `${RTX_4090.fake}.so`);
  return { layers, driver, command: [loader, '--library-path', path, '--preload', fake, process.execPath] };
}

function download(folder: string, root: string): void {
  const [sources, state, cache, packages] = ['sources', 'state', 'cache', 'packages'].map((name) => join(folder, name));
  if (!sources || !state || !cache || !packages) throw new Error('a folder must have a name');
  for (const made of [sources, join(state, 'lists/partial'), join(cache, 'archives/partial'), packages, root]) {
    mkdirSync(made, { recursive: true });
  }
  const source = `Types: deb\nURIs: ${mirror()}\nSuites: ${SUITE}\nComponents: main\nSigned-By: ${KEYRING}\n`;
  writeFileSync(join(sources, `${SUITE}.sources`), source);
  writeFileSync(join(state, 'status'), '');
  const settings = {
    'Dir::Etc': folder,
    'Dir::Etc::SourceList': '/dev/null',
    'Dir::Etc::SourceParts': sources,
    'Dir::State': state,
    'Dir::State::status': join(state, 'status'),
    'Dir::Cache': cache,
    'APT::Sandbox::User': 'root',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const apt = (...args: string[]) =>
    execFileSync('apt-get', [...options, ...args], { encoding: 'utf8', cwd: packages });
  apt('update');
  // A machine without any package needs all that these depend on.
  const wanted = apt('install', '--simulate', '--yes', '--no-install-recommends', ...PACKAGES);
  apt('download', ...Array.from(wanted.matchAll(/^Inst (\S+)/gm), ([, name = '']) => name));
  for (const file of readdirSync(packages)) execFileSync('dpkg', ['-x', join(packages, file), root]);
}

/** The mirror of Debian that this machine uses. */
function mirror(): string {
  const format = '$(ORIGIN)|$(SITE)|$(REPO_URI)';
  const targets = execFileSync('apt-get', ['indextargets', '--format', format], { encoding: 'utf8' });
  const all = targets.split('\n').map((line) => line.split('|'));
  const [, site, uri] = all.find(([origin, at = '']) => origin === 'Debian' && !at.includes('security')) ?? [];
  const found = uri || site;
  if (found) return found;
  throw new Error('NVK comes from Debian: this machine has no mirror of it');
}
