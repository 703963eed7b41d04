/** The entry of the page on how HBMark measures. */

import '../../locale/browser.ts';
import '../../styles/tokens.css';
import '../../styles/base.css';
import { render } from 'preact';
import { MethodPage } from './method-page.tsx';

const root = document.getElementById('app');
if (root) render(<MethodPage />, root);
