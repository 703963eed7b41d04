/** The card of a tab without data, with a link to the run that would measure it. */

import { formatParams } from '../../../../session/params.ts';
import { routeUrl } from '../../../shell/routes.ts';
import type { Missing } from './missing.ts';

export function MissingCard({ missing: { title, why, todo, form } }: { readonly missing: Missing }) {
  return (
    <section class="card missing" aria-labelledby="missing-title">
      <h2 id="missing-title">{title}</h2>
      <p class="lead">{why}</p>
      <p>{todo}</p>
      {form && (
        <p>
          <a class="button secondary" href={new URL(formatParams(form), routeUrl('bench')).href}>
            Fill in that run
          </a>
        </p>
      )}
    </section>
  );
}
