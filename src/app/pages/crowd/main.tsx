/** The entry of the page on the collection: reads the address, and keeps it up to date. */

import '../../text/locale.ts';
import '../../shell/styles/tokens.css';
import '../../shell/styles/base.css';
import { render } from 'preact';
import { startCrowd } from '../../collection/crowd/client.ts';
import { crowdQueryIn, searchOf } from '../../collection/crowd/query.ts';
import { CrowdPage } from './crowd-page.tsx';
import { createCrowdState } from './state.ts';

const { query, problems } = crowdQueryIn(location.search);
const state = createCrowdState(startCrowd(), query, (now) => {
  history.replaceState(null, '', `${location.pathname}${searchOf(now)}`);
});

const root = document.getElementById('app');
if (root) render(<CrowdPage state={state} problems={problems} />, root);

void state.read();
