import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { ALL_SCOPES, type SandboxAgent, sandboxAgent, type SandboxAgentOptions } from './sandbox-agent.ts';

/** One fake Globus for the tests of a file, and the agents on it. */
export interface SandboxAgents {
  /** From the first test on. After each test its faults are gone. */
  readonly sandbox: Sandbox;
  /** An agent that ends with its test. */
  make(options?: SandboxAgentOptions): SandboxAgent;
  /** One that is signed in for all Flows scopes. */
  signedIn(options?: SandboxAgentOptions): Promise<SandboxAgent>;
  /** Another one over the same settings and vault. */
  successorOf(earlier: SandboxAgent, options?: SandboxAgentOptions): SandboxAgent;
}

/** To be called once, where a file's hooks are. */
export function sandboxAgents(): SandboxAgents {
  let sandbox: Sandbox | null = null;
  const running: SandboxAgent[] = [];
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox?.close());
  afterEach(() => {
    sandbox?.clearFaults();
    for (const { agent } of running.splice(0)) agent.close();
  });
  const started = (): Sandbox => {
    if (sandbox === null) throw new Error('the fake Globus starts with the first test');
    return sandbox;
  };
  const make = (options?: SandboxAgentOptions): SandboxAgent => {
    const made = sandboxAgent(started(), options);
    running.push(made);
    return made;
  };
  return {
    get sandbox() {
      return started();
    },
    make,
    async signedIn(options) {
      const made = make(options);
      const signedIn = await made.agent.signIn({ scopes: ALL_SCOPES, way: 'browser' });
      expect(signedIn).toEqual({ ok: true, value: null });
      return made;
    },
    successorOf: ({ settings, vault }, options = {}) => make({ ...options, settings, vault }),
  };
}
