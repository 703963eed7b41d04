/**
 * What a browser has and Node has not, of what the page asks for as it is loaded: a light colour scheme, a document that
 * takes it, and an address.
 */

const location = new URL('http://localhost/');

Object.assign(globalThis, {
  ...{ location, document: { documentElement: { dataset: {} }, location } },
  matchMedia: () => ({ matches: false, addEventListener: () => {} }),
});
