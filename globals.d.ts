/** The version of package.json, put in at build time (scripts/build-targets.mjs). */
declare const __APP_VERSION__: string;

/** A file's text, put into the bundle as it is. */
declare module '*?raw' {
  const text: string;
  export default text;
}

/** The build with its WebAssembly inside; the types are those of the package. */
declare module 'sql.js/dist/sql-wasm-inline.js' {
  import init from 'sql.js';
  export default init;
}
