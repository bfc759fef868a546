/** The version of package.json, put in at build time (scripts/build-targets.mjs). */
declare const __APP_VERSION__: string;
