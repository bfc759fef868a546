import type { Entry } from './types.ts';

const AGENT = 'test/main/agent.test.ts';
const EVENTS = 'test/main/session/lock-events.test.ts';
const FOLDER = 'test/main/host/private-folder.test.ts';
const GATE = 'test/main/broker/approvals/gate.test.ts';
const KEYCHAIN = 'test/main/vault/keychain.test.ts';
const LOG = 'test/main/host/log.test.ts';
const SERVICE = 'test/main/vault/secret-service.test.ts';
const SETUP = 'test/main/host/manage/vault.test.ts';

export const entries: readonly Entry[] = [
  {
    number: 25,
    breaks: [
      {
        file: 'main/host/log.ts',
        from: 'hooks: { streamWrite: maskTokens },',
        to: '',
        test: LOG,
        title: '[C25] holds no token, wherever one was put',
        seen: '2026-11-29',
      },
      {
        file: 'main/vault/passphrase-crypto.ts',
        from: 'const body = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);',
        to: 'const body = Buffer.concat([Buffer.from(plain), cipher.update(plain).subarray(0, 0), cipher.final(), cipher.getAuthTag()]);',
        test: SETUP,
        title: '[C25] [C28] a passphrase file is made, chosen, and holds the sign-in that comes',
        seen: '2026-11-29',
      },
      {
        file: 'main/tokens/grants.ts',
        from: 'grants: [...settings.grants, placed] }',
        to: 'grants: [...settings.grants, { ...placed, scopes: [...placed.scopes, entry.refreshToken] }] }',
        test: AGENT,
        title: '[C16] [C25] puts no token into addresses, log lines, settings or snapshots',
        seen: '2026-11-29',
      },
      {
        file: 'main/host/harden.ts',
        from: '[1, 0].find((one)',
        to: '[0].find((one)',
        test: 'test/main/host/harden.test.ts',
        title: '[C25] on linux',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/fetch.ts',
        from: "      cache: 'no-store',\n",
        to: '',
        test: 'test/main/desktop/fetch.test.ts',
        title: '[C25] sends no cookie and leaves nothing in a cache, whatever the caller says',
        seen: '2026-11-29',
      },
    ],
    elsewhere: [
      {
        systems: ['macOS', 'Windows'],
        why: 'cores and debuggers are turned away by setrlimit and PT_DENY_ATTACH there, and by nothing on Windows',
        seam: '[C25] on darwin, debuggers kept out, asks the system for',
      },
    ],
  },
  {
    number: 26,
    breaks: [
      {
        file: 'main/headless/run.ts',
        from: '  const start = agent.start();\n',
        to: '  const start = new Promise((resolve) => setTimeout(resolve, 2_000)).then(() => agent.start());\n',
        test: 'test/main/headless/activation.test.ts',
        title: '[C26] tells the first who asks how its vault is, not how it hopes it is',
        seen: '2026-11-29',
      },
      {
        // The first who asked an agent that systemd had just started was told that a locked file is ready.
        file: 'main/broker/routes.ts',
        from: '      await ports.looked?.();\n',
        to: '',
        test: 'test/main/broker/answers.test.ts',
        title: '[C26] status waits for the first look at the vault',
        seen: '2026-11-29',
      },
      {
        file: 'main/agent-troubles.ts',
        from: 'trouble, this.#grants.list().length > 0)',
        to: 'trouble, false)',
        test: 'test/main/agent.test.ts',
        title: '[C26] offers memory in place of a keychain that is gone',
        seen: '2026-11-29',
      },
      {
        file: 'renderer/parts/vault-trouble.svelte',
        from: "(status === 'missing' || status === 'denied') && !holds",
        to: "status === 'missing' || status === 'denied'",
        test: 'test/e2e/keyring.test.ts',
        title: '[C26] [C59] offers no place but the keychain that holds the sign-in',
        seen: '2026-11-29',
      },
      {
        file: 'main/agent.ts',
        from: "if (status !== 'ready') return { ok: false, problem: this.#parts.troubles.ofVault(status) };",
        to: '',
        test: SETUP,
        title: '[C26] without a keychain nothing secret is written until somebody chose',
        seen: '2026-11-29',
      },
      {
        // Sign-ins of a keychain that is left behind are not found any more.
        file: 'main/host/vault-choice.ts',
        from: "return holds ? 'holds-sign-ins' : null;",
        to: 'return holds ? null : null;',
        test: 'test/main/desktop/ipc/setup.test.ts',
        title: '[C26] a place that holds sign-ins is not left, and they go on working',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/ipc/setup.ts',
        from: 'if (stays !== null) return',
        to: "if (stays === 'locked') return",
        test: 'test/main/desktop/ipc/setup.test.ts',
        title: '[C26] the passphrase file is not left by a try at the keychain',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/vault-choice.ts',
        from: "vault.status === 'ready' ? SIGN_OUT : (commands ? REPAIR : REPAIR_IN_WINDOW)[vault.backend]",
        to: 'SIGN_OUT',
        test: 'test/main/desktop/ipc/setup.test.ts',
        title: '[C26] [C59] nor one that does not answer just now: it says how to reach what is in it',
        seen: '2026-11-29',
      },
      {
        // Memory is taken before anybody chose it.
        file: 'main/host/chosen-vault.ts',
        from: "this.#backend = chosen ?? 'keychain';",
        to: "this.#backend = chosen ?? 'memory';",
        test: 'test/main/host/chosen-vault.test.ts',
        title: '[C26] uses the keychain until another choice is made, and carries nothing over',
        seen: '2026-11-29',
      },
      {
        file: 'main/host/broker-ports.ts',
        from: '    backend: vault.backend,\n',
        to: '',
        test: 'test/cli/commands.test.ts',
        title: '[C26] [C48] status names the agent and the vault',
        seen: '2026-11-29',
      },
      {
        file: 'renderer/parts/account-header.svelte',
        from: '{view.vault.label}</span>',
        to: 'a vault</span>',
        test: 'test/renderer/page.test.ts',
        title: '[C26] the window names the vault in use',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 27,
    breaks: [
      {
        // Who logs in automatically was sent to a program that the desktop may not have.
        file: 'main/desktop/ipc/setup.ts',
        from: '        await vault.ask();\n',
        to: '',
        test: 'test/e2e/keyring.test.ts',
        title: '[C27] has the keyring ask for its password when somebody presses Unlock, and never by itself',
        seen: '2026-11-30',
      },
      {
        // KeePassXC, asked for an entry as the first thing, was called locked.
        file: 'main/vault/secret-service.ts',
        from: '    await this.#identified;\n',
        to: '',
        test: 'test/main/vault/real-keepassxc.test.ts',
        title:
          '[C27] KeePassXC, as it comes, asks when somebody wants it to, and then hands out and takes in',
        seen: '2026-11-30',
      },
      {
        file: 'main/vault/messages.ts',
        from: "reason: 'vault-missing-collection',",
        to: "reason: 'vault-missing-service',",
        test: 'test/main/vault/messages.test.ts',
        title: '[C27] [C59] GNOME Keyring (Secret Service): every trouble has a reason',
        seen: '2026-11-29',
      },
      {
        file: 'main/broker/vault-trouble.ts',
        from: ', ...(trouble === undefined ? {} : { trouble }) };',
        to: ' };',
        test: 'test/main/broker/token-source.test.ts',
        title: '[C27] says that the vault is',
        seen: '2026-11-29',
      },
      {
        file: 'main/vault/keychain.ts',
        from: "      if (this.#parts.probe === undefined) return { kind: 'absent' };\n",
        to: "      return { kind: 'absent' };\n",
        test: KEYCHAIN,
        title: '[C27] a null is not "absent" when the keyring is',
        seen: '2026-11-29',
      },
      {
        file: 'main/vault/secret-service.ts',
        from: "return locked.length > 0 ? 'locked' : 'absent';",
        to: "return 'absent';",
        test: SERVICE,
        title: '[C27] has the item in a second, locked keyring, does not read as absent',
        seen: '2026-11-29',
      },
      {
        file: 'main/vault/queue.ts',
        from: "    if (this.#overdue) return Promise.resolve({ kind: 'slow' });\n",
        to: '',
        test: 'test/main/vault/queue.test.ts',
        title: '[C27] answers slow at the deadline',
        seen: '2026-11-29',
      },
      {
        // Every reader takes a thread.
        file: 'main/vault/queue.ts',
        from: '    if (this.#busy) return;\n',
        to: '',
        test: 'test/main/vault/queue.test.ts',
        title: '[C27] answers slow at the deadline, to those who wait too',
        seen: '2026-11-29',
      },
    ],
    elsewhere: [
      {
        systems: ['macOS', 'Windows'],
        why: 'these keychains have no service to ask first; their libraries say by a message what is wrong',
        seam: '[C27] takes "User interaction is not allowed." for locked, in every operation',
      },
    ],
  },
  {
    number: 28,
    breaks: [
      {
        file: 'main/host/umask.ts',
        from: 'process.umask(0o077);',
        to: 'process.umask(0o022);',
        test: 'test/main/headless/agent.test.ts',
        title: '[C26] [C28] serves without a keychain, says so, and keeps no secret',
        seen: '2026-11-29',
      },
      {
        file: 'main/host/private-folder.ts',
        from: '  if ((stat.mode & 0o077) !== 0) chmodSync(path, 0o700);\n',
        to: '',
        test: FOLDER,
        title: '[C28] repairs a 0755 folder',
        seen: '2026-11-29',
      },
      {
        file: 'main/host/private-folder.ts',
        from: '  if (stat.uid !== uid) throw new Error(`${path} belongs to another user (uid ${stat.uid})`);\n',
        to: '',
        test: FOLDER,
        title: '[C28] refuses a folder of another user',
        seen: '2026-11-29',
      },
      {
        file: 'main/host/private-folder.ts',
        from: '  if (!stat.isDirectory()) throw new Error(`${path} is not a folder of its own (a symlink or a file)`);\n',
        to: '',
        test: FOLDER,
        title: '[C28] refuses a symlink, even to a private folder',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/settings-reading.ts',
        from: 'chmodSync(path, stat.mode & 0o700);',
        to: 'chmodSync(path, stat.mode);',
        test: 'test/main/desktop/settings-file.test.ts',
        title: '[C28] is written 0600, and a wider one is narrowed at start',
        seen: '2026-11-29',
      },
    ],
    elsewhere: [
      {
        systems: ['Windows'],
        why: 'files have no mode there: the access list of the profile keeps others out',
        seam: '[C28] leaves the access list of the profile as it is, and still refuses a link',
      },
    ],
  },
  {
    number: 29,
    breaks: [
      {
        file: 'main/session/logind.ts',
        from: 'all.filter(([, owner]) => owner === uid)',
        to: 'all',
        test: 'test/main/session/real-logind.test.ts',
        title: '[C29] tells of the locks of this user’s sessions, and of nobody else’s',
        seen: '2026-11-29',
      },
      {
        file: 'main/session/logind.ts',
        from: "const hint = changed.data[1]['LockedHint'];",
        to: 'const hint: unknown = undefined;',
        test: 'test/main/session/real-logind.test.ts',
        title: '[C29] tells what a lock screen says of itself',
        seen: '2026-11-29',
      },
      {
        file: 'main/session/logind.ts',
        from: '      if (signal.body[0] === true) listeners.onSleep();\n',
        to: '',
        test: 'test/main/session/real-logind.test.ts',
        title: '[C29] tells when the machine goes to sleep and when it wakes',
        seen: '2026-11-29',
      },
      {
        // An agent that a service manager runs belongs to no session of its own.
        file: 'main/host/bus-locks.ts',
        from: "onLock: () => lock.hold('screen')",
        to: 'onLock: () => undefined',
        test: 'test/main/session/real-logind.test.ts',
        title: '[C29] locks the agent that systemd runs for a person, who logs in once more meanwhile',
        seen: '2026-11-29',
      },
      {
        file: 'main/broker/vault-trouble.ts',
        from: "if (code === 'file-locked') return { ...words, reason: 'locked' };",
        to: '',
        test: 'test/main/broker/token-source.test.ts',
        title: '[C29] says of a passphrase file without its passphrase that it is locked',
        seen: '2026-11-29',
      },
      {
        file: 'main/broker/token-answer.ts',
        from: "if (ports.tokens.locked) return refused('locked', { scope, account });",
        to: '',
        test: 'test/main/broker/answers.test.ts',
        title: '[C29] says locked, before and after the question, and while the token is fetched',
        seen: '2026-11-29',
      },
      {
        file: 'main/broker/approvals/gate.ts',
        from: "    this.#prompting.refuseAll(refused('locked'));\n",
        to: '',
        test: GATE,
        title: '[C29] [C35] lock refuses the open prompt and all that wait, at once',
        seen: '2026-11-29',
      },
      {
        file: 'main/agent.ts',
        from: '    if (locked) this.#parts.keeper.access.clear();\n',
        to: '',
        test: 'test/main/broker/token-source.test.ts',
        title: '[C29] gives nothing while locked, drops what it had, and mints again afterwards',
        seen: '2026-11-29',
      },
      {
        file: 'main/agent.ts',
        from: "    if (this.locked) return { kind: 'locked' };\n",
        to: '',
        test: AGENT,
        title: '[C29] hands out nothing while locked, drops what is in memory, and goes on after unlocking',
        seen: '2026-11-29',
      },
      {
        file: 'main/host/app-lock.ts',
        from: '    this.#effects.setLocked(true);\n',
        to: "    if (reason === 'sleep') this.#effects.setLocked(true);\n",
        test: 'test/main/host/app-lock.test.ts',
        title: '[C29] locks with the screen, denies what is open once, and unlocks with it',
        seen: '2026-11-29',
      },
      {
        file: 'main/session/signal-bus.ts',
        from: `    const { createClient } = await import('dbus-native');
    if (stopped) return;
    const link = connectToBus(path);
`,
        to: `    const link = connectToBus(path);
    const { createClient } = await import('dbus-native');
`,
        test: 'test/main/session/signal-bus.test.ts',
        title:
          '[C29] a bus that was not there at the start is asked for again within a second, and heard when it comes',
        seen: '2026-11-30',
      },
      {
        file: 'main/session/logind.ts',
        from: 'if (signal.body[0] === true) listeners.onSleep();\n',
        to: '',
        test: EVENTS,
        title: '[C29] sleep and waking are heard',
        seen: '2026-11-29',
      },
      {
        file: 'main/session/logind.ts',
        from: "if (typeof hint === 'boolean') state.see(signal.path, hint);\n    else if",
        to: 'if',
        test: EVENTS,
        title: '[C29] a request to lock, the locked hint and their ends are heard',
        seen: '2026-11-29',
      },
      {
        file: 'main/host/app-lock.ts',
        from: 'this.#reasons.add(reason);\n    this.#effects.setLocked(true);',
        to: "this.#reasons.add(reason);\n    this.#effects.setLocked(reason !== 'sleep');",
        test: 'test/e2e/sleep.test.ts',
        title: '[C29] [C37] locks the app and clears its copy within a second of going to sleep',
        seen: '2026-11-30',
      },
    ],
    elsewhere: [
      {
        systems: ['macOS', 'Windows'],
        why: 'the screen’s lock and sleep are events of Electron’s powerMonitor there',
        seam: '[C29] holds the lock with the screen and for sleep, and listens no more after its end',
      },
    ],
  },
];
