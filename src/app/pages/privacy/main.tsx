/** The entry of the page on what is kept, and where. */

import '../../text/locale.ts';
import '../../shell/styles/tokens.css';
import '../../shell/styles/base.css';
import { render } from 'preact';
import { PrivacyPage } from './privacy-page.tsx';

const root = document.getElementById('app');
if (root) render(<PrivacyPage />, root);
