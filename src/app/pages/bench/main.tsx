/** The page's entry: reads the address, makes the app, draws it, and starts it. */

import '../../text/locale.ts';
import '../../shell/styles/tokens.css';
import '../../shell/styles/base.css';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { formatParams, parseParams } from '../../../session/params.ts';
import { followAddress } from '../../shell/address/follow.ts';
import { startOffline } from '../../shell/offline/start.ts';
import { takeContinue } from '../history/continue/continue-link.ts';
import { createApp } from './app.ts';
import { Page } from './page.tsx';

const asked = takeContinue(location.search, () => sessionStorage);
// A page that is loaded again would ask for the same run again.
if (asked.search !== location.search)
  history.replaceState(null, '', `${location.pathname}${asked.search}${location.hash}`);
const { params, problems } = parseParams(asked.search);
const app = createApp(params, [...asked.problems, ...problems]);

// What a person has chosen is in the address, so that the run can be had again. Nothing begins by itself from there.
followAddress(() => formatParams({ ...app.store.options.value, autorun: 'no' }));

effect(() => {
  const { progress, stage } = app.store;
  const percent = progress.value && Math.floor(progress.value.fraction * 100);
  document.title = stage.value === 'running' && percent !== undefined ? `${percent} % · HBMark` : 'HBMark';
});

// Nothing is fetched ahead beside a run: what the page put off while one went on is done after it.
effect(() => {
  if (app.store.stage.value === 'finished') startOffline();
});

const root = document.getElementById('app');
if (root) render(<Page app={app} />, root);

const tellHidden = () => app.setHidden(document.hidden);
document.addEventListener('visibilitychange', tellHidden);
tellHidden();

// What the browser's storage did not take is lost with the page: the browser asks the person before.
addEventListener('beforeunload', (event) => {
  if (app.store.storage.value !== null) event.preventDefault();
});

// A browser would open a file that is dropped on the page in place of the page, and a run would be lost.
document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  const files = [...(event.dataTransfer?.files ?? [])];
  if (files.length > 0) void app.takeFiles(files);
});

void app.start(params.autorun, asked);
