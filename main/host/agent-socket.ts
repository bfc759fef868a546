import { withRuntimeFolder } from '../broker/runtime-folder.ts';
import { brokerSocketPath } from '../broker/socket-path.ts';

/**
 * Where the agent's broker listens, with a window or without. The demo's has a folder (on Windows a pipe) of its own and hears no
 * override: no script that means the real broker can ever reach it.
 *
 * @throws BrokerStartError as `brokerSocketPath`
 */
export function agentSocketPath(
  env: Readonly<Record<string, string | undefined>>,
  uid: number | null,
  platform: string,
  demo: boolean,
): string {
  const told = withRuntimeFolder(env, uid, platform);
  if (!demo) return brokerSocketPath(told, uid, platform);
  const path = brokerSocketPath({ ...told, GLOBUS_TOKEN_SOCK: undefined }, uid, platform);
  return path.replace(/globus-token(?=[^/\\]*(?:\/broker\.sock)?$)/, 'globus-token-demo');
}
