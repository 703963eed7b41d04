// Constants that vite.defines.ts writes into the bundles.

/** The version of package.json. */
declare const __HBMARK_VERSION__: string;
/** The Git commit of the build; null outside a checkout, or if its sources were changed. */
declare const __HBMARK_COMMIT__: string | null;
/** The address of the repository, `https://github.com/OWNER/NAME`; null if the build does not know it. */
declare const __HBMARK_REPOSITORY__: string | null;
/** The ids of all kernels, for what must not load the kernels themselves. */
declare const __HBMARK_KERNELS__: readonly string[];
