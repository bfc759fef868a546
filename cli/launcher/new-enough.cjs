/* global require, __dirname */
/* eslint-disable @typescript-eslint/no-require-imports -- CommonJS, because every Node reads that */

// Stands before everything else in globus-token.js, in what Nodes of any age can read. The launcher does not ask a
// Node for its version, which would be a second start of it for every command: one that is too old hands back.
(function () {
  var numbers = process.versions.node.split('.');
  var major = Number(numbers[0]);
  var tried = process.env['GLOBUS_TOKEN_TRIED'];
  // Nobody's but ours: programs that are started from here must not have it.
  delete process.env['GLOBUS_TOKEN_TRIED'];
  if (major > 20 || (major === 20 && Number(numbers[1]) >= 19)) return;
  // The launcher for Windows asks nobody either, and there is no sh to hand back to.
  if (process.platform === 'win32') {
    require('fs').writeSync(
      2,
      'globus-token: This needs Node.js 20.19 or newer, and the one found is ' +
        process.versions.node +
        '.\nhint: Install a newer one' +
        // npm's own starters do not know that variable.
        (tried ? ', or set GLOBUS_TOKEN_NODE to its path\n' : '\n'),
    );
    process.exit(23);
  }
  // With both of its candidates tried the launcher says that there is none, in its own words, and what it found.
  process.env['GLOBUS_TOKEN_TRIED'] = (/^1,/.test(tried || '') ? '2,' : '1,') + process.versions.node;
  var words = [require('path').join(__dirname, 'globus-token')].concat(process.argv.slice(2));
  var shell = require('child_process').spawnSync('/bin/sh', words, { stdio: 'inherit' });
  if (shell.signal) process.kill(process.pid, shell.signal);
  process.exit(typeof shell.status === 'number' ? shell.status : 23);
})();
