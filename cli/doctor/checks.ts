import { autostartCheck } from './autostart.ts';
import { environmentCheck } from './environment.ts';
import { filesCheck } from './files.ts';
import { accountsCheck, clientIdCheck, vaultCheck } from './keeping.ts';
import { clockCheck, networkCheck } from './network.ts';
import { curlCheck, nodeCheck } from './programs.ts';
import { agentCheck, socketCheck } from './socket.ts';
import type { Check } from './types.ts';

/** In the order in which one depends on the other: the first failure is the one to mend. */
export const CHECKS: readonly Check[] = [
  nodeCheck,
  curlCheck,
  environmentCheck,
  socketCheck,
  agentCheck,
  vaultCheck,
  clientIdCheck,
  accountsCheck,
  networkCheck,
  clockCheck,
  filesCheck,
  autostartCheck,
];
