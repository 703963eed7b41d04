/** The entry of the page "What if": reads the address, draws, and keeps the address at what is asked. */

import '../../locale/browser.ts';
import '../../styles/tokens.css';
import '../../styles/base.css';
import { render } from 'preact';
import { Page } from './page.tsx';
import { createStore, followAddress } from './store.ts';

const store = createStore(location.search);
const root = document.getElementById('app');
if (root) render(<Page store={store} />, root);
followAddress(store);
void store.findOwn();
void store.learn();
