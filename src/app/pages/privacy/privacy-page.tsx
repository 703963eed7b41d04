/** What is kept, where, and everything that a record holds. */

import '../../styles/prose.css';
import { routeUrl } from '../../shell/routes.ts';
import { Shell } from '../../shell/shell.tsx';
import { FIELD_GROUPS } from './fields.ts';
import { STORES } from './stores.ts';

export function PrivacyPage() {
  return (
    <Shell route="privacy">
      <main id="content" class="prose">
        <h1>What does HBMark know of me, and where does it go?</h1>
        <p class="summary">
          It stays on your machine. HBMark loads its own files from the place where you opened it. It uploads nothing,
          sets no cookie, counts no visits, and loads nothing from anywhere else.
        </p>
        <p>
          Runs are measured by your browser and kept in it. They leave it only when you save one as a file, or hand on
          the file or a link yourself. A link to a result holds the result itself, behind its #, which browsers send to
          no server. The server that you opened the page from sees what every server sees: your address, and which of
          its files you loaded.
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
              <td>{holds}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
