/** A tab without data: why there is none, and what to do. */

import { formatParams, type PageParams } from '../../../../session/params.ts';
import { routeUrl } from '../../../shell/routes.ts';

export interface Missing {
  readonly title: string;
  /** Why there is nothing to see, in a sentence. */
  readonly why: string;
  /** What to do, in a sentence. */
  readonly todo: string;
  /** The form that would measure it. Undefined: nothing can. */
  readonly form?: PageParams;
}

export const isMissing = (shown: object): shown is Missing => 'todo' in shown;

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
