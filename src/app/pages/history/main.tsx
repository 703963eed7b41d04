/** The history page's entry. */

import '../../locale/browser.ts';
import '../../styles/tokens.css';
import '../../styles/base.css';
import { render } from 'preact';
import { startShelf } from '../../shelf/client.ts';
import { HistoryPage } from './history-page.tsx';
import { createHistory } from './state.ts';

const history = createHistory(startShelf());

const root = document.getElementById('app');
if (root) render(<HistoryPage history={history} />, root);

void history.read();
