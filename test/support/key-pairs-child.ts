import { makeKeyPair } from '../../main/broker/oidc/key-agreement.ts';

/** Makes as many pairs as its argument says, which takes a few seconds, or for ever. */
let made = 0;
for (const count = Number(process.argv[2]); made < count; made += 1) makeKeyPair();
process.stdout.write(`${made} made`);
