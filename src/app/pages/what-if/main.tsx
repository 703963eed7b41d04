/** The entry of the page "What if": reads the address, draws, and keeps the address at what is asked. */

import '../../text/locale.ts';
import '../../shell/styles/tokens.css';
import '../../shell/styles/base.css';
import { render } from 'preact';
import { followAddress } from '../../shell/address/follow.ts';
import { Page } from './page.tsx';
import { queryOf } from './question.ts';
import { createStore } from './store.ts';

const store = createStore(location.search);
const root = document.getElementById('app');
if (root) render(<Page store={store} />, root);
followAddress(() => queryOf(store.answer.value.question));
void store.findOwn();
void store.learn();
