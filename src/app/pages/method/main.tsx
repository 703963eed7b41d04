/** The entry of the page on how HBMark measures. */

import '../../text/locale.ts';
import '../../shell/styles/tokens.css';
import '../../shell/styles/base.css';
import { render } from 'preact';
import { MethodPage } from './method-page.tsx';

const root = document.getElementById('app');
if (root) render(<MethodPage />, root);
