/** The entry of the page on the collection of runs, which is yet to come. */

import '../../locale/browser.ts';
import '../../styles/tokens.css';
import '../../styles/base.css';
import { render } from 'preact';
import { CrowdPage } from './crowd-page.tsx';

const root = document.getElementById('app');
if (root) render(<CrowdPage />, root);
