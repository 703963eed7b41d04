/** What is kept, where, and everything that a record holds. */

import '../../shell/styles/prose.css';
import { CONSENT, CONSENT_VERSION, FIELDS_SHOWN_IF_KNOWN, WITHHELD_FIELDS } from '../../../crowd/consent.ts';
import { AddressCard } from '../../shell/address/address-card.tsx';
import { problemsOf } from '../../shell/address/no-parameters.ts';
import { routeUrl } from '../../shell/routes.ts';
import { Shell } from '../../shell/shell.tsx';
import { FIELD_GROUPS } from './fields.ts';
import { STORES } from './stores.ts';

export function PrivacyPage() {
  return (
    <Shell route="privacy">
      <main id="content" class="prose">
        <AddressCard problems={problemsOf(location.search)} />
        <h1>What does HBMark know of me, and where does it go?</h1>
        <p class="summary">
          It stays on your machine, unless you add a run to the collection. HBMark loads its own files from the place
          where you opened it. By itself it uploads nothing; it sets no cookie, counts no visits, and loads nothing from
          anywhere else.
        </p>
        <p>
          Runs are measured by your browser and kept in it. They leave it only when you save one as a file, hand on the
          file or a link yourself, or press <em>Submit</em> after you have seen all that would be sent. A link to a
          result holds the result itself, behind its #, which browsers send to no server. The server that you opened the
          page from sees what every server sees: your address, and which of its files you loaded.
        </p>

        <h2>What is kept in this browser</h2>
        <table class="fields">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">What it holds</th>
            </tr>
          </thead>
          <tbody>
            {STORES.map(({ name, place, holds }) => (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code> <span class="note">{place}</span>
                </th>
                <td>{holds}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <p>
          To delete runs, open <a href={routeUrl('history')}>History</a>. To delete everything, clear this site’s data
          in the browser’s settings. A private window keeps nothing once it is closed.
        </p>

        <h2 id="collection">What becomes of a run that you add to the collection</h2>
        <p>
          Nothing is added by itself: not by a link, and not by a program that drives the page. You are asked for each
          run. This is what you agree to, version {CONSENT_VERSION}:
        </p>
        <dl>
          {CONSENT.map(({ title, text }) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
        <p>
          The page <a href={routeUrl('crowd')}>Crowd</a> asks the collector of this site, if it has one, for the runs
          that it shows, and a result’s tab <em>Crowd</em> for those of the same GPU. It does not say which run is
          yours.
        </p>

        <h2>What is in a record</h2>
        <p>
          A record is one run as a file: what ran, on what, and every time that was taken. Look at one before you hand
          it on: it is text, and this is all of it. It has no name of yours, no address, no serial number, and nothing
          about other pages or programs. Your GPU, your browser’s version and your system together may still tell your
          machine from most others.
        </p>
        {FIELD_GROUPS.map(({ title, fields }) => (
          <Fields key={title} title={title} fields={fields} />
        ))}
      </main>
    </Shell>
  );
}

function Fields({ title, fields }: (typeof FIELD_GROUPS)[number]) {
  return (
    <>
      <h3>{title}</h3>
      <table class="fields">
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">What it holds</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(fields).map(([path, holds]) => (
            <tr key={path}>
              <th scope="row">
                <code>{path}</code>
              </th>
              <td>
                {holds}
                {publicText(path) && <span class="note"> {publicText(path)}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** What is different about a field in the collection. Empty: everybody can see it. */
function publicText(path: string): string {
  if (WITHHELD_FIELDS.includes(path)) return 'Never sent to the collection.';
  return FIELDS_SHOWN_IF_KNOWN.includes(path)
    ? 'In the collection, shown only if it is that of a known GPU, or others typed the same.'
    : '';
}
