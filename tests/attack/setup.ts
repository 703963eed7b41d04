/** What a browser has and Node has not, of what the page asks for as it is loaded: a light colour scheme. */

Object.assign(globalThis, { matchMedia: () => ({ matches: false, addEventListener: () => {} }) });
