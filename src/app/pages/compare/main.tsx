/** The comparison page's entry: reads the address, and keeps it up to date. */

import '../../text/locale.ts';
import '../../shell/styles/tokens.css';
import '../../shell/styles/base.css';
import { render } from 'preact';
import { startShelf } from '../../shelf/client.ts';
import { comparisonQuery, readComparison } from './address.ts';
import { ComparePage } from './compare-page.tsx';
import { createCompare } from './state.ts';

const { keys, problems } = readComparison(location.search);
const state = createCompare(startShelf(), keys, (now) => {
  history.replaceState(null, '', `${location.pathname}${comparisonQuery(now)}`);
});

const root = document.getElementById('app');
if (root) render(<ComparePage state={state} problems={problems} />, root);

void state.compare();
