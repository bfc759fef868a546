import type { CallName } from '../../../preload/contract.ts';

/** What a call does to the world around the agent, in one word; settings by the field that changed. */
export type Effect = string;

/** What is signed in for anew supersedes a grant. */
const SIGN_IN = ['browser', 'settings grants', 'settings defaultAccount', 'vault remove', 'audit'] as const;
const SIGN_OUT = ['settings grants', 'settings defaultAccount', 'vault remove'] as const;
const LIST = ['settings scopeEntries', 'settings flows'] as const;

/** What each call may do; one that is not in here may do nothing but answer. */
const MAY: Partial<Record<CallName, readonly Effect[]>> = {
  'setup.client': ['settings clientId'],
  'setup.vault': ['settings vaultBackend', 'audit'],
  'signIn.start': SIGN_IN,
  'signIn.copyLink': ['clipboard plain'],
  signOut: SIGN_OUT,
  'session.lock': ['lock', 'clipboard clear'],
  'session.unlock': ['unlock'],
  'scope.copy': ['clipboard secret', 'clipboard plain', 'audit', 'not copied'],
  'scope.add': LIST,
  'scope.remove': LIST,
  'scope.restore': LIST,
  'scope.isolate': SIGN_IN,
  'scope.signOut': SIGN_OUT,
  'call.accept': SIGN_IN,
  'flow.add': LIST,
  'flow.collections': LIST,
  'account.add': SIGN_IN,
  'account.use': ['settings defaultAccount'],
  'account.signOut': SIGN_OUT,
  'imports.adopt': ['import', ...SIGN_IN],
  'imports.remove': ['import-removed'],
  'settings.set': [
    'settings keepAlive',
    'settings notices',
    'settings clearAfterSeconds',
    'settings clearOnQuit',
    'settings updates',
    'settings letterKeys',
  ],
  'clipboard.clear': ['clipboard clear'],
  'approvals.revoke': ['rule', 'audit'],
  'approvals.denyAll': ['deny all', 'settings denyAll', 'audit'],
  'oidc.set': ['oidc socket', 'settings oidcAgent'],
  'oidc.copyExport': ['clipboard plain'],
  'updates.check': ['update check'],
  'updates.restart': ['update restart'],
  'palette.setKeys': ['shortcut', 'settings paletteKeys'],
  'palette.askKeys': ['shortcut', 'settings paletteKeys'],
  'palette.copyCommand': ['clipboard plain'],
  'palette.close': ['palette close'],
  'palette.fit': ['palette fit'],
  'help.open': ['help'],
  'window.close': ['window close'],
};

/** Renewals and a sign-in's end come when they come: what they write is nobody's. */
const ANYBODY: readonly Effect[] = ['settings grants', 'settings flows'];

/** The effects that were not this call's to have. */
export function unlisted(name: CallName, effects: readonly Effect[]): readonly Effect[] {
  const may = [...(MAY[name] ?? []), ...ANYBODY];
  return effects.filter((effect) => !may.includes(effect));
}
