/** The memory that the chosen run would use, said before it runs; and why it is less than the profile asks for. */

import './memory-line.css';
import { lessText, needsText } from '../../../../session/memory-text.ts';
import { keepFocusAfter } from '../../../shell/keep-focus.ts';
import type { App } from '../app.ts';

export function MemoryLine({ app }: { app: App }) {
  const { memory, death, busy } = app.store;
  if (!memory.value) return null;
  const { needs, isLearned } = memory.value;
  const less = lessText(needs);
  return (
    <p class="memory-line" aria-live="polite" tabIndex={-1}>
      Uses {needsText(needs)}
      {less !== undefined && `, ${less}`}.{!needs.isNamed && ' Options has a field for more or less.'}
      {isLearned && !death.value && !busy.value && (
        <button type="button" class="link" onClick={() => void keepFocusAfter(app.forgetLimit(), '.memory-line')}>
          Use as much as before
        </button>
      )}
    </p>
  );
}
