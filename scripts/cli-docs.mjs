import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as prettier from 'prettier';
import { build } from './build.mjs';
import { ROOT } from './build-targets.mjs';

// The command reference, exit codes and environment of docs/cli.md are made from the CLI's own tables.
await build({ only: ['cli'] });
const file = join(ROOT, 'docs/cli.md');
const made = execFileSync(process.execPath, [join(ROOT, 'dist/cli/globus-token.js'), '__document'], {
  input: readFileSync(file),
  encoding: 'utf8',
});
const options = await prettier.resolveConfig(file);
writeFileSync(file, await prettier.format(made, { ...options, filepath: file }));
