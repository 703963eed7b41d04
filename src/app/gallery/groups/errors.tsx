/** The card of every error, with a message as the page words it. */

import { type Place, placeText } from '../../../../results/machine/place.ts';
import { parseParams } from '../../../session/params.ts';
import { obstacle } from '../../engine/checks.ts';
import type { StorageTrouble } from '../../engine/kept/database.ts';
import { ErrorCards } from '../../shell/errors/error-card.tsx';
import type { PageErrorCode } from '../../shell/errors/page-error.ts';
import type { Store } from '../../state/state.ts';
import { appOf, looking } from '../fixtures.ts';
import type { Group, Item } from '../item.ts';

const surroundings = { isSecureContext: true, hasWebGpu: true, origin: 'http://bench.example:4173' };

/** A message for each error, as the engine or the page words it. */
const MESSAGES: Readonly<Record<PageErrorCode, string>> = {
  'insecure-origin': obstacle({ ...surroundings, isSecureContext: false })?.message ?? '',
  'no-webgpu': obstacle({ ...surroundings, hasWebGpu: false })?.message ?? '',
  'no-adapter': 'No GPU adapter: WebGPU is there, but offers none (WebGPU is disabled by blocklist).',
  'no-device':
    'The adapter (nvidia · lovelace) gave no device (D3D12 create device failed). Close other programs that use the GPU, reload, and try again.',
  'device-lost':
    'The GPU device was lost before anything was measured (the driver was reset). Reload and try again; a driver update may help.',
  'out-of-memory':
    'The GPU gave 0.0 GB of the 1.1 GB asked for. Close other programs that use it, or ask for less memory.',
  'unusable-options': 'Kernels must be one of attention, gemv, rms-norm, stream-read; got "gemm".',
  'unknown-parameter': '',
  'unusable-file': '',
  'page-ended': '',
  'storage-full': '',
  'storage-denied': '',
  cancelled: 'Cancelled before anything was measured.',
  unexpected: 'Cannot read properties of null (reading “buffers”)',
};

function failed(code: PageErrorCode, place?: Place): Store {
  const store = looking({}, [], place);
  store.error.value = { code, message: MESSAGES[code] };
  return store;
}

const errorCard = (code: PageErrorCode): Item => ({
  ...{ id: `error-${code}`, component: 'Error card', state: code, width: 'main' },
  draw: () => <ErrorCards app={appOf(failed(code))} />,
});

/** The browsers that have words of their own, beside Chrome on Windows. */
const PLACES: readonly Place[] = [
  { program: 'chrome', system: 'macos' },
  { program: 'chrome', system: 'linux' },
  { program: 'chrome', system: 'android' },
  { program: 'edge', system: 'windows' },
  { program: 'firefox', system: 'windows' },
  { program: 'firefox', system: 'macos' },
  { program: 'firefox', system: 'linux' },
  { program: 'firefox', system: 'android' },
  { program: 'safari', system: 'macos' },
  { program: 'safari', system: 'ios' },
  { program: 'unknown', system: 'unknown' },
];

const cardsIn = (place: Place): Item[] =>
  (['no-webgpu', 'no-adapter', 'out-of-memory'] as const).map((code) => ({
    ...{ id: `error-${code}-${place.program}-${place.system}`, component: 'Error card', width: 'main' },
    state: `${code}, ${placeText(place)}`,
    draw: () => <ErrorCards app={appOf(failed(code, place))} />,
  }));

/** A mistake of each kind that an address can hold. */
const ADDRESS = '?porfile=quick&memory=0&batch=1,5000&context=1024&shortest=4096';

const codes = (Object.keys(MESSAGES) as PageErrorCode[]).filter((code) => MESSAGES[code] !== '');

function ended(): Store {
  const store = looking();
  store.death.value = {
    at: '2026-11-27T09:30:00.000Z',
    bytes: 402_653_184,
    grownBytes: 268_435_456,
    limitBytes: 268_435_456,
  };
  return store;
}

function refusing(problem: string): Store {
  const store = looking();
  store.fileProblem.value = problem;
  return store;
}

function unkept(trouble: StorageTrouble): Store {
  const store = looking();
  store.storage.value = trouble;
  return store;
}

export const ERRORS: Group = {
  id: 'errors',
  title: 'Errors',
  items: [
    ...codes.map(errorCard),
    ...PLACES.flatMap(cardsIn),
    {
      id: 'error-unknown-parameter',
      component: 'Error card',
      state: 'unknown-parameter, several at once',
      draw: () => <ErrorCards app={appOf(looking({}, parseParams(ADDRESS).problems))} />,
      width: 'main',
    },
    {
      id: 'error-unusable-file',
      component: 'Error card',
      state: 'unusable-file: a file that is no model',
      draw: () => <ErrorCards app={appOf(refusing('config.json: model_type must be one of llama; got "mamba"'))} />,
      width: 'main',
    },
    {
      id: 'error-page-ended',
      component: 'Error card',
      state: 'page-ended: the last run ended the page',
      draw: () => <ErrorCards app={appOf(ended())} />,
      width: 'main',
    },
    ...(['full', 'denied'] as const).map(
      (trouble): Item => ({
        id: `error-storage-${trouble}`,
        component: 'Error card',
        state: `storage-${trouble}: the browser does not keep the run`,
        draw: () => <ErrorCards app={appOf(unkept(trouble))} />,
        width: 'main',
      }),
    ),
    {
      id: 'error-none',
      component: 'Error card',
      state: 'no error',
      draw: () => <ErrorCards app={appOf(looking())} />,
      empty: true,
    },
  ],
};
