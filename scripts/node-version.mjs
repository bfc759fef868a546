/**
 * Imported before all else by what people run first: Ubuntu 24.04's own Node.js is 18, which would end in a stack of
 * something else.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `This needs Node.js 20.19 or newer, and this one is ${process.versions.node}: https://nodejs.org/en/download\n`,
  );
  process.exit(1);
}
