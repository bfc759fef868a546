import type { Break, Entry } from './types.ts';

const REGISTER = 'test/main/desktop/ipc/register.test.ts';
const SECURITY = 'test/main/desktop/security.test.ts';
const EXTERNAL = 'test/main/desktop/external.test.ts';
const PAGE = 'test/main/desktop/page-protocol.test.ts';
const PROMPT = 'test/main/desktop/prompt/prompt-window.test.ts';

/** One protection of all pages turned the other way round. */
const without = (from: string, to: string): Break => ({
  file: 'main/desktop/page-preferences.ts',
  from,
  to,
  test: 'test/main/desktop/window.test.ts',
  title: '[C41] spells out every protection',
  seen: '2026-11-29',
});

/** One event of a page that is let go its way. */
const unheard = (event: string): Break => ({
  file: 'main/desktop/security.ts',
  from: `  contents.on('${event}', deny);\n`,
  to: '',
  test: SECURITY,
  title: `[C43] every page is denied ${event}`,
  seen: '2026-11-29',
});

/** Takes every call of a page on one condition less. */
const ungated = (from: string, to: string, title: string): Break => ({
  file: 'main/desktop/ipc/register.ts',
  from,
  to,
  test: REGISTER,
  title,
  seen: '2026-11-29',
});

export const entries: readonly Entry[] = [
  {
    number: 41,
    breaks: [
      without('sandbox: true', 'sandbox: false'),
      without('contextIsolation: true', 'contextIsolation: false'),
      without('webSecurity: true', 'webSecurity: false'),
      without('nodeIntegration: false', 'nodeIntegration: true'),
      without('nodeIntegrationInWorker: false', 'nodeIntegrationInWorker: true'),
      without('nodeIntegrationInSubFrames: false', 'nodeIntegrationInSubFrames: true'),
      without('webviewTag: false', 'webviewTag: true'),
      {
        file: 'main/desktop/prompt/options.ts',
        from: '      ...webPreferences,\n',
        to: '      ...webPreferences,\n      sandbox: false,\n',
        test: PROMPT,
        title: '[C41] has every protection of the app’s window',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/palette/palette-window.ts',
        from: 'webPreferences: pagePreferences(effects),',
        to: 'webPreferences: { ...pagePreferences(effects), sandbox: false },',
        test: 'test/main/desktop/palette/palette-window.test.ts',
        title: '[C41] is hardened like the window',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 42,
    breaks: [
      {
        file: 'main/desktop/page-protocol.ts',
        from: `"default-src 'none'"`,
        to: `"default-src 'self'"`,
        test: PAGE,
        title: '[C42] the policy starts from nothing and allows nothing unsafe',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/page-protocol.ts',
        from: `"style-src 'self'"`,
        to: `"style-src 'self' 'unsafe-inline'"`,
        test: PAGE,
        title: '[C42] the policy starts from nothing and allows nothing unsafe',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/page-protocol.ts',
        from: "      'content-security-policy': CONTENT_SECURITY_POLICY,\n",
        to: '',
        test: PAGE,
        title: '[C42] serves app://tray/index.html under the policy',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/security.ts',
        from: 'cancel: !isPageUrl(details.url)',
        to: "cancel: details.url.startsWith('file:')",
        test: SECURITY,
        title: '[C42] a request of the page for https://auth.globus.org/ is cancelled',
        seen: '2026-11-29',
      },
      {
        file: 'renderer/index.html',
        from: '<div id="app"></div>',
        to: '<div id="app" style="color: red"></div>',
        test: 'test/e2e/hardening.test.ts',
        title: '[C42] is served under a policy without any unsafe source, and keeps to it',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/page-session.ts',
        from: `    hardenSession(page);
`,
        to: '',
        test: 'test/e2e/hardening.test.ts',
        title: '[C42] the window has a network that takes no other address either',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/security.ts',
        from: `    if (session.isPersistent()) hardenSession(session);
`,
        to: '',
        test: 'test/e2e/hardening.test.ts',
        title: '[C42] [C43] a page that nobody meant to make goes nowhere and is asked nothing',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/security.ts',
        from: 'callback({ cancel: !isPageUrl(details.url) });',
        to: 'callback({ cancel: false });',
        test: 'test/e2e/hardening.test.ts',
        title: '[C42] the prompt has a network that takes no other address either',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/page-protocol.ts',
        from: `  "frame-ancestors 'none'",
`,
        to: `  "frame-ancestors 'none'",
  'connect-src *',
`,
        test: 'test/e2e/hardening.test.ts',
        title: '[C42] [C43] the window runs and loads nothing but its own, and goes nowhere',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 43,
    breaks: [
      unheard('will-navigate'),
      unheard('will-frame-navigate'),
      unheard('will-redirect'),
      unheard('will-attach-webview'),
      {
        file: 'main/desktop/security.ts',
        from: "({ action: 'deny' })",
        to: "({ action: 'allow' })",
        test: SECURITY,
        title: '[C43] every page is denied will-navigate',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/security.ts',
        from: 'callback(false);',
        to: 'callback(true);',
        test: SECURITY,
        title: '[C43] every permission is denied, asked for and looked up',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/security.ts',
        from: 'session.setPermissionCheckHandler(() => false);',
        to: 'session.setPermissionCheckHandler(() => true);',
        test: SECURITY,
        title: '[C43] every permission is denied, asked for and looked up',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/external.ts',
        from: 'allowedOrigins(environment).has(parsed.origin)',
        to: "parsed.hostname.includes('globus.org')",
        test: EXTERNAL,
        title: '[C43] refuses https://auth.globus.org.evil.example/',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/external.ts',
        from: 'allowedOrigins(environment).has(parsed.origin)',
        to: "parsed.hostname.endsWith('.globus.org')",
        test: EXTERNAL,
        title: '[C43] refuses http://auth.globus.org/',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/external.ts',
        from: 'const allowed = allowedExternal(url, effects.environment);',
        to: 'const allowed = allowedExternal(url, effects.environment) ?? url;',
        test: EXTERNAL,
        title: '[C43] rejects a foreign address and opens nothing',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/security.ts',
        from: `    if (session.isPersistent()) hardenSession(session);
`,
        to: `    if (session.isPersistent()) return;
`,
        test: 'test/e2e/hardening.test.ts',
        title: '[C42] [C43] a page that nobody meant to make goes nowhere and is asked nothing',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 44,
    breaks: [
      ungated('    event.sender === page &&\n', '', '[C44] rejects another window'),
      ungated('    frame === page.mainFrame &&\n', '', '[C44] rejects a frame inside our page'),
      ungated(
        '    frame === page.mainFrame &&\n    isPageUrl(frame.url)',
        '    frame === page.mainFrame',
        '[C44] rejects our own window when it shows https://evil.example/',
      ),
      ungated(
        'if (!parsed.success || args.length !== 1)',
        'if (args.length !== 1)',
        '[C44] rejects settings.set with [{"clearAfterSeconds":4}]',
      ),
      ungated(
        'if (!parsed.success || args.length !== 1)',
        'if (!parsed.success)',
        '[C44] rejects state.get with [null,1]',
      ),
      ungated(
        '  for (const name of CALL_NAMES) registerCall(name, effects, schemas);\n',
        `  for (const name of CALL_NAMES) registerCall(name, effects, schemas);
  effects.ipc.handle('tray:debug', () => null);\n`,
        '[C44] opens the channels of the contract and no other',
      ),
      {
        file: 'preload/bridge.ts',
        from: 'if (!calls.has(name)) return',
        to: 'if (name === null) return',
        test: 'test/preload/bridge.test.ts',
        title: '[C44] refuses the call tray:state.get before it reaches a channel',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/prompt/calls.ts',
        from: '    event.sender === page &&\n',
        to: '',
        test: PROMPT,
        title: '[C44] refuses a message from another page with its frame',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/prompt/calls.ts',
        from: '    frame === page.mainFrame &&\n',
        to: '',
        test: PROMPT,
        title: '[C44] refuses a message from a frame inside it',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/prompt/calls.ts',
        from: 'if (!from || !parsed.success || args.length !== 1)',
        to: 'if (!from || args.length !== 1)',
        test: PROMPT,
        title: '[C44] refuses a payload that is not one of the contract',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/ipc/register.ts',
        from: 'if (!parsed.success || args.length !== 1)',
        to: 'if (args.length !== 1)',
        test: 'test/e2e/page-fuzz.test.ts',
        title: '[C44] [C47] a page that has been taken over sends',
        seen: '2026-11-29',
      },
    ],
  },
  {
    number: 45,
    breaks: [
      {
        file: 'electron-builder.yml',
        from: 'runAsNode: false',
        to: 'runAsNode: true',
        test: 'test/e2e/package.test.ts',
        title: '[C45] has its fuses set',
        seen: '2026-11-29',
      },
      {
        file: 'electron-builder.yml',
        from: 'enableNodeOptionsEnvironmentVariable: false',
        to: 'enableNodeOptionsEnvironmentVariable: true',
        test: 'test/scripts/package-configuration.test.ts',
        title: '[C45] sets the fuse enableNodeOptionsEnvironmentVariable for every system',
        seen: '2026-11-29',
      },
      {
        file: 'electron-builder.yml',
        from: 'enableNodeCliInspectArguments: false',
        to: 'enableNodeCliInspectArguments: true',
        test: 'test/scripts/package-configuration.test.ts',
        title: '[C45] sets the fuse enableNodeCliInspectArguments for every system',
        seen: '2026-11-29',
      },
      {
        file: 'electron-builder.yml',
        from: 'enableCookieEncryption: true',
        to: 'enableCookieEncryption: false',
        test: 'test/scripts/package-configuration.test.ts',
        title: '[C45] sets the fuse enableCookieEncryption for every system',
        seen: '2026-11-29',
      },
      {
        file: 'electron-builder.yml',
        from: 'enableEmbeddedAsarIntegrityValidation: true',
        to: 'enableEmbeddedAsarIntegrityValidation: false',
        test: 'test/scripts/package-configuration.test.ts',
        title: '[C45] sets the fuse enableEmbeddedAsarIntegrityValidation for every system',
        seen: '2026-11-29',
      },
      {
        file: 'electron-builder.yml',
        from: 'onlyLoadAppFromAsar: true',
        to: 'onlyLoadAppFromAsar: false',
        test: 'test/scripts/package-configuration.test.ts',
        title: '[C45] sets the fuse onlyLoadAppFromAsar for every system',
        seen: '2026-11-29',
      },
      {
        file: 'electron-builder.yml',
        from: 'grantFileProtocolExtraPrivileges: false',
        to: 'grantFileProtocolExtraPrivileges: true',
        test: 'test/scripts/package-configuration.test.ts',
        title: '[C45] sets the fuse grantFileProtocolExtraPrivileges for every system',
        seen: '2026-11-29',
      },
    ],
    elsewhere: [
      {
        systems: ['macOS', 'Windows'],
        why: 'Electron checks the integrity of the asar there alone; here its fuse is read',
        seam: '[C45] has its fuses set',
      },
    ],
  },
  {
    number: 46,
    breaks: [
      {
        file: 'main/desktop/tray-host.ts',
        from: '          if (!shown) missed();\n',
        to: '',
        test: 'test/main/desktop/tray-host.test.ts',
        title: '[C46] notices a host that comes late and has no icon of ours',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/tray-host.ts',
        from: "return answer.kind === 'reply' && answer.value === true;",
        to: "return answer.kind === 'reply';",
        test: 'test/main/desktop/tray-host.test.ts',
        title: '[C46] finds a tray host on a real session bus, and notices its absence',
        seen: '2026-11-29',
      },
      {
        file: 'scripts/electron-support.mjs',
        from: 'const SUPPORTED_WEEKS = 3 * 8;',
        to: 'const SUPPORTED_WEEKS = 5;',
        test: 'test/scripts/electron-support.test.ts',
        title: '[C46] is one exact version of a major that is supported on the day of this build',
        seen: '2026-11-29',
      },
      {
        file: 'package.json',
        from: '"electron": "45.',
        to: '"electron": "^45.',
        test: 'test/scripts/electron-support.test.ts',
        title: '[C46] is one exact version of a major that is supported on the day of this build',
        seen: '2026-11-29',
      },
      {
        file: 'scripts/electron-support.mjs',
        from: 'return until !== null && day < until;',
        to: 'return until === null || day < until;',
        test: 'test/scripts/electron-support.test.ts',
        title: '[C46] is not taken for supported when nobody wrote down',
        seen: '2026-11-29',
      },
    ],
    elsewhere: [
      {
        systems: ['macOS', 'Windows'],
        why: 'these systems always have a place for the icon: there is no host to wait for',
        seam: '[C46] is taken for granted on',
      },
    ],
  },
  {
    number: 47,
    breaks: [
      {
        file: 'main/desktop/problem-view.ts',
        from: 'return { reason, title, tokens, next, ...(detail === undefined ? {} : { detail }) };',
        to: 'return { ...problem };',
        test: 'test/main/desktop/view.test.ts',
        title: '[C47] takes known fields alone, whatever else a snapshot carries',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/ipc/register.ts',
        from: "throw new IpcRejected('failed', name);",
        to: 'throw error;',
        test: REGISTER,
        title: '[C47] tells the page nothing of a failure but which call it was',
        seen: '2026-11-29',
      },
      {
        file: 'main/desktop/clipboard.ts',
        from: 'return ours.confirmed ? { ok: true, value: null }',
        to: 'return ours.confirmed ? { ok: true, value: text as never }',
        test: 'test/main/desktop/ipc/handlers.test.ts',
        title: '[C47] scope.copy puts the token on the clipboard and answers without it',
        seen: '2026-11-29',
      },
      {
        // The whole copy as its name, in the view that the page draws.
        file: 'main/desktop/clipboard.ts',
        from: 'const view = { what, duration,',
        to: 'const view = { what: text, duration,',
        test: 'test/e2e/main-job.test.ts',
        title: '[C47] sends no token to the page',
        seen: '2026-11-29',
      },
    ],
  },
];
