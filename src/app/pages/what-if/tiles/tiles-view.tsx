/** Single figures below the charts. */

import './tiles.css';
import type { Answer } from '../answer.ts';
import { tilesOf } from './tiles.ts';

export function Tiles({ answer }: { answer: Answer }) {
  return (
    <section class="tiles" aria-label="A little more of each, and energy">
      {tilesOf(answer).map(({ id, title, figure, note }) => (
        <div class="card" key={id}>
          <h2>{title}</h2>
          <p class="figure">{figure}</p>
          <p class="about">{note}</p>
        </div>
      ))}
    </section>
  );
}
