/** The history page's entry. */

import '../../text/locale.ts';
import '../../shell/styles/tokens.css';
import '../../shell/styles/base.css';
import { render } from 'preact';
import { startSubmissions } from '../../collection/submit/client.ts';
import { startShelf } from '../../shelf/client.ts';
import { HistoryPage } from './history-page.tsx';
import { createHistory } from './state.ts';
import { createSubmitted } from './submitted/state.ts';

const history = createHistory(startShelf());
const submitted = createSubmitted(startSubmissions());

const root = document.getElementById('app');
if (root) render(<HistoryPage history={history} submitted={submitted} />, root);

void history.read();
void submitted.read();
