/** The headers of every answer, whatever its status. */

import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

const protect = helmet({
  // Cross-origin isolation gives `performance.now` its 5 µs step; without it the step is 100 µs.
  crossOriginOpenerPolicy: { policy: 'same-origin' },
  crossOriginEmbedderPolicy: { policy: 'require-corp' },
  crossOriginResourcePolicy: { policy: 'same-origin' },
  contentSecurityPolicy: {
    // helmet's defaults would send browsers to https://, where nothing listens; so would strict transport security.
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      workerSrc: ["'self'"],
      styleSrc: ["'self'"],
      // Blobs are how the page offers its record and its charts for download.
      imgSrc: ["'self'", 'data:', 'blob:'],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
});

/** They are the same for every request, and so are made once, out of a response to nobody. */
export const HEADERS: ReadonlyMap<string, string> = (() => {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  protect(response.req, response, () => {});
  return new Map(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]));
})();

/** The headers as they stand in an answer that is written by hand. */
export const HEADER_LINES = [...HEADERS].map(([name, value]) => `${name}: ${value}\r\n`).join('');
