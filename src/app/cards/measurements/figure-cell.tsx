/** A table cell with a figure: its value, and its interval below. */

import type { FigureText } from '../../../../results/text/figures.ts';

interface FigureCellProps {
  readonly label: string;
  readonly text: FigureText | undefined;
  readonly main?: boolean;
}

export function FigureCell({ label, text, main = false }: FigureCellProps) {
  return (
    <td class={main ? 'number main' : 'number'} data-label={label}>
      {text && (
        <>
          <span class="value">
            {text.value} {text.unit}
          </span>
          {text.interval && (
            <small>
              {text.interval} {text.unit}
            </small>
          )}
        </>
      )}
    </td>
  );
}
