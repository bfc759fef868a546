import { build, DIST } from './build.mjs';
import { licencesIn, licenceTrouble, SHIPPED } from './licence-list.mjs';

// Builds what the package holds, lists whose work is in it, and fails on a licence that is not known to be fine. The
// texts are in LICENSES.md beside the bundles.
await build({ only: SHIPPED });
const list = (await licencesIn(DIST)) ?? [];
for (const { name, version, identifier } of list) {
  process.stdout.write(`${name} ${version}  ${identifier ?? 'unknown'}\n`);
}
const wrong = list.flatMap((one) => {
  const trouble = licenceTrouble(one);
  return trouble === null ? [] : [`${one.name} ${one.version} ${trouble}`];
});
if (list.length === 0) wrong.push('the bundles were not made');
for (const line of wrong) process.stderr.write(`licences: ${line}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
