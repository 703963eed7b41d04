// Written into the bundles by vite.defines.ts.

declare const __HBMARK_VERSION__: string;
/** The Git commit of the build; null where there was none. */
declare const __HBMARK_COMMIT__: string | null;
