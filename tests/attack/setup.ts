/**
 * What a browser has and Node has not, of what the page asks for as it is loaded: a light colour scheme, a document that
 * takes it, and an address.
 */

Object.assign(globalThis, {
  matchMedia: () => ({ matches: false, addEventListener: () => {} }),
  document: { documentElement: { dataset: {} }, location: new URL('http://localhost/') },
});
