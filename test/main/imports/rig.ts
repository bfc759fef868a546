import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { DEMO_CLIENT_ID, startSandbox } from '../../sandbox/index.ts';
import type { Sandbox } from '../../sandbox/types.ts';
import { FlakyVault } from '../../support/flaky-vault.ts';
import { type Instance } from '../../support/foreign-sign-in.ts';
import { FLOWS_PREFIX, getWithToken, post } from '../../support/native-app.ts';
import { type SandboxAgent, sandboxAgent, type SandboxAgentOptions } from '../../support/sandbox-agent.ts';
import { type StoredToken, type TokenFile, writeTokenFile } from '../../support/token-files.ts';
import type { Imports } from '../../../main/imports/imports.ts';
import { MemorySettingsStore } from '../../../main/settings/store.ts';

export const VIEW_FLOWS = `${FLOWS_PREFIX}view_flows`;
export const FLOWS_SERVER = 'flows.globus.org';
export const AUTH_SERVER = 'auth.globus.org';

export interface ImportRig extends SandboxAgent {
  readonly sandbox: Sandbox;
  readonly home: string;
  readonly vault: FlakyVault;
  readonly imports: Imports;
  /** `~/.globus/app/<client>/my-app/demo-tokens.json` */
  sdkFile(tokens: Record<string, StoredToken>, client?: string): string;
  /** `~/.globus/cli/storage.db` of one profile per instance. */
  cliFile(
    held: Record<string, { instance: Instance; tokens: Record<string, StoredToken>; sub?: string }>,
  ): string;
  /** Whether Globus still honours an access token of auth.globus.org. */
  isAlive(access: string): Promise<boolean>;
  /** Whether a client could still renew with it. */
  renews(refresh: string, client?: string): Promise<boolean>;
  /** Renewals that the sandbox was asked for since this rig was made. */
  spent(): number;
  /** Until the next renewal since then has come. */
  renewalAsked(): Promise<void>;
  close(): void;
}

/**
 * For each test of a file a rig of its own, on a sandbox that they share.
 *
 * @param take called before each test
 */
export function rigPerTest(take: (rig: ImportRig) => void): void {
  let sandbox: Sandbox;
  let rig: ImportRig;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  beforeEach(async () => {
    rig = await importRig(sandbox);
    take(rig);
  });
  afterEach(() => rig.close());
  afterAll(() => sandbox.close());
}

const isRenewal = ({ form }: { form?: Record<string, string> }) => form?.['grant_type'] === 'refresh_token';

/** The real agent with an empty list, on the sandbox, and a home with other programs' files. */
export async function importRig(
  sandbox: Sandbox,
  { home: given, ...options }: SandboxAgentOptions & { home?: string } = {},
): Promise<ImportRig> {
  const home = given ?? mkdtempSync(join(tmpdir(), 'imports-'));
  const places = { home, env: {}, platform: 'linux', uid: process.getuid?.() ?? null } as const;
  const vault = new FlakyVault();
  const settings = new MemorySettingsStore({ clientId: DEMO_CLIENT_ID, scopeEntries: [] });
  const made = sandboxAgent(sandbox, { places, vault, settings, ...options });
  await made.agent.start();
  const begun = sandbox.log.length;
  return {
    ...made,
    vault,
    sandbox,
    home,
    imports: await made.agent.imports(),
    sdkFile(tokens, client = DEMO_CLIENT_ID) {
      const path = join(home, '.globus', 'app', client, 'my-app', 'demo-tokens.json');
      writeTokenFile({ path, form: 'json-2', namespaces: { DEFAULT: { tokens } } });
      return path;
    },
    cliFile(held) {
      const path = join(home, '.globus', 'cli', 'storage.db');
      const namespaces: TokenFile['namespaces'] = {};
      for (const [namespace, { instance, tokens, sub }] of Object.entries(held)) {
        namespaces[namespace] = {
          tokens,
          config: {
            auth_client_data: { client_id: instance.id, client_secret: instance.secret },
            ...(sub === undefined ? {} : { auth_user_data: { sub } }),
          },
        };
      }
      writeTokenFile({ path, form: 'sqlite-1', namespaces });
      return path;
    },
    isAlive: async (access) => (await getWithToken(sandbox, '/v2/oauth2/userinfo', access)).status === 200,
    async renews(refresh, client = DEMO_CLIENT_ID) {
      const form = { grant_type: 'refresh_token', client_id: client, refresh_token: refresh };
      return (await post(sandbox, '/v2/oauth2/token', form)).status === 200;
    },
    spent: () => sandbox.log.slice(begun).filter(isRenewal).length,
    async renewalAsked() {
      await sandbox.waitForRequest(isRenewal, begun);
    },
    close() {
      made.agent.close();
      sandbox.clearFaults();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** What may be in no answer, log line or setting. */
export function secretsOf(sandbox: Sandbox): string[] {
  return [...sandbox.issued, ...sandbox.confidential.values()];
}
