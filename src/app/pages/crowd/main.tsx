/** The entry of the page on the collection: reads the address, and keeps it up to date. */

import '../../locale/browser.ts';
import '../../styles/tokens.css';
import '../../styles/base.css';
import { render } from 'preact';
import { startCrowd } from '../../crowd/client.ts';
import { crowdQueryIn, searchOf } from '../../crowd/query.ts';
import { CrowdPage } from './crowd-page.tsx';
import { createCrowdState } from './state.ts';

const { query, problems } = crowdQueryIn(location.search);
const state = createCrowdState(startCrowd(), query, (now) => {
  history.replaceState(null, '', `${location.pathname}${searchOf(now)}`);
});

const root = document.getElementById('app');
if (root) render(<CrowdPage state={state} problems={problems} />, root);

void state.read();
