/** The entry of the page that shows a result: one that is kept here, or out of a link or a file. */

import '../../text/locale.ts';
import '../../shell/styles/tokens.css';
import '../../shell/styles/base.css';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { readerIn } from '../../share/reader/client.ts';
import { worker } from './first.ts';
import { createResultPage } from './open.ts';
import { ResultPage } from './page.tsx';
import { titleOf } from './title.ts';

const page = createResultPage(readerIn(worker));

effect(() => {
  document.title = titleOf(page.shown.value);
});

/** Opens files, and leads whoever gave them from the foot of the page to the answer at its head. */
async function openFiles(files: readonly File[]): Promise<void> {
  await page.openFiles(files);
  document.getElementById('content')?.focus({ preventScroll: true });
  scrollTo({ top: 0 });
}

const root = document.getElementById('app');
if (root) render(<ResultPage page={page} onFiles={openFiles} />, root);

// A browser would open a file that is dropped on the page in place of the page.
document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  const files = [...(event.dataTransfer?.files ?? [])];
  if (files.length > 0) void openFiles(files);
});

void page.openAddress(location);
addEventListener('hashchange', ({ oldURL }) => {
  // A link within the page, such as “Skip to the content”, has led to its element. The result stays in the address.
  if (document.getElementById(location.hash.slice(1))) history.replaceState(null, '', oldURL);
  else void page.openAddress(location);
});
