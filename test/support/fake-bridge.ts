import type {
  AccountView,
  AppView,
  AuditView,
  ProblemView,
  CallView,
  FlowChoiceView,
  FlowView,
  RecipeView,
  RuleView,
  RunView,
  SystemView,
  ScopeChoiceView,
  ScopeView,
  ToolView,
} from '../../preload/contract.ts';
import { FLOWS_SCOPES } from '../../main/globus/scopes.ts';
import { keychainView, memoryView } from './vault-views.ts';

/** Views for every state of the window, without a main process. Times hang on NOW. */

export const NOW = Date.UTC(2026, 2, 5, 10, 0, 0);
const HOUR = 3_600_000;
const LIFETIME = 48 * HOUR;

const CURL = (path: string): string =>
  `curl -sS \\\n  -H 'Authorization: Bearer ••••••••••••' \\\n  'https://flows.automate.globus.org${path}'`;

const FLOW_ID = '00000000-0000-4000-8000-00000000000a';
const ID = '00000000-0000-4000-8000-000000000001';

/** `FLOW_ID` in a path is a field to fill in. */
function recipes(...parts: [id: string, title: string, path: string][]): RecipeView[] {
  return parts.map(([id, title, path]) => {
    const names = [...path.matchAll(/[A-Z]+(?:_ID)?/g)].map(([name]) => name.toLowerCase());
    const writes = /^(create|start|cancel|flow-start)/.test(id);
    return {
      id,
      title,
      method: writes ? 'POST' : 'GET',
      path: path.replace(/\?.*/, '').replace(/[A-Z]+_ID/g, (name) => `{${name.toLowerCase()}}`),
      readOnly: !writes,
      placeholders: names
        .filter((name) => /_id$|^marker$/.test(name))
        .map((name) => ({
          name,
          label: `${name.charAt(0).toUpperCase()}${name.slice(1).replace(/_id$/, ' ID')}`,
          description: `The ${name.replace(/_id$/, ' ID')}, as the list answers it.`,
          example: ID,
        })),
      preview: CURL(path),
    };
  });
}

/** Every kind of tool: three modes, one, none. */
export const TOOLS: ToolView[] = [
  { id: 'curl', label: 'curl', modes: ['fetched', 'variable', 'literal'] },
  { id: 'globus-token', label: 'globus-token curl', modes: ['fetched'] },
  { id: 'httpie', label: 'HTTPie', modes: ['fetched', 'variable', 'literal'] },
  { id: 'python-requests', label: 'Python (requests)', modes: ['fetched', 'variable', 'literal'] },
  { id: 'python-sdk', label: 'Python (globus_sdk)', modes: ['fetched', 'variable', 'literal'] },
  { id: 'javascript', label: 'JavaScript (fetch)', modes: ['fetched', 'variable', 'literal'] },
  { id: 'globus-cli', label: 'Globus CLI', modes: [] },
  { id: 'powershell', label: 'curl (PowerShell)', modes: ['fetched', 'variable', 'literal'] },
  { id: 'cmd', label: 'curl (cmd)', modes: ['fetched', 'variable', 'literal'] },
];

const FLOW_RECIPES: [string, string, string][] = [
  ['list-flows', 'List my flows', '/flows?filter_roles=flow_owner&orderby=updated_at%20DESC'],
  ['get-flow', 'Show a flow', '/flows/FLOW_ID'],
  ['next-flows', 'Next page of flows', '/flows?marker=MARKER'],
];
const RUN_RECIPES: [string, string, string][] = [
  ['list-runs', 'List unfinished runs', '/runs?filter_status=ACTIVE%2CINACTIVE&orderby=start_time%20DESC'],
  ['list-runs-of-flow', 'List runs of a flow', '/runs?filter_flow_id=FLOW_ID'],
  ['get-run', 'Show a run', '/runs/RUN_ID?include_flow_description=true'],
  ['get-run-log', 'Show a run log', '/runs/RUN_ID/log?limit=100&reverse_order=false'],
  ['get-run-definition', 'Show a run definition', '/runs/RUN_ID/definition'],
];
const RECIPES: Record<string, RecipeView[]> = {
  view_flows: recipes(...FLOW_RECIPES),
  manage_flows: recipes(...FLOW_RECIPES, ['create-flow', 'Create a flow', '/flows']),
  run: recipes(['start-flow', 'Start a basic flow', '/flows/FLOW_ID/run']),
  run_status: recipes(...RUN_RECIPES),
  run_manage: recipes(...RUN_RECIPES, ['cancel-run', 'Cancel a run', '/runs/RUN_ID/cancel']),
  all: recipes(...FLOW_RECIPES, ...RUN_RECIPES),
};

/** The six catalog scopes on one token with 45 h 12 min left. */
export function scopes(change: Partial<ScopeView> = {}): ScopeView[] {
  const names = FLOWS_SCOPES.map(({ name }) => name);
  return FLOWS_SCOPES.map(({ scope, name, definition, caution }) => ({
    scope,
    name,
    definition,
    ...(caution === undefined ? {} : { caution }),
    state: 'ready',
    expiresAt: NOW + 45 * HOUR + 12 * 60_000 + 30_000,
    lifetime: LIFETIME,
    alsoAllows: names.filter((other) => other !== name),
    kind: 'service',
    isolated: false,
    removable: true,
    forecast: {
      tokenEndsAt: NOW + 45 * HOUR + 12 * 60_000 + 30_000,
      grantEndsAt: NOW + 182 * 24 * HOUR,
      policyEndsAt: null,
    },
    flow: null,
    recipes: RECIPES[name] ?? [],
    ...change,
  }));
}

const NO_TOKEN: Partial<ScopeView> = {
  state: 'needs-sign-in',
  expiresAt: null,
  lifetime: null,
  alsoAllows: [],
  forecast: { tokenEndsAt: null, grantEndsAt: null, policyEndsAt: null },
};

/** A flow whose own scope is kept, isolated. */
export function flowScope(
  change: Partial<FlowView> = {},
  row: Partial<Omit<ScopeView, 'flow'>> = {},
): ScopeView {
  const flow: FlowView = {
    id: FLOW_ID,
    title: 'Move and publish',
    role: 'flow_starter',
    collections: [],
    readScope: [
      `curl -s -H "Authorization: Bearer $TOKEN" \\\n  "https://flows.automate.globus.org/flows/${change.id ?? FLOW_ID}" | jq -r '.globus_auth_scope'`,
      `globus flows show "${change.id ?? FLOW_ID}" --jmespath 'globus_auth_scope' -Funix`,
    ],
    ...change,
  };
  return {
    ...scopeAt(scopes(), 0),
    scope: `https://auth.globus.org/scopes/${flow.id}/flow_${flow.id.replaceAll('-', '_')}_user`,
    name: flow.title,
    definition: `Grants ability to start and resume runs of the flow “${flow.title}”`,
    alsoAllows: [],
    kind: 'flow',
    isolated: true,
    recipes: recipes(
      ['flow-validate-run', 'Check an input', `/flows/${flow.id}/validate_run`],
      ['flow-start', 'Start the flow', `/flows/${flow.id}/run`],
      ['flow-runs', 'List its runs', `/flows/${flow.id}/runs`],
      ['flow-resume', 'Resume a run', '/runs/RUN_ID/resume'],
    ),
    ...row,
    flow,
  };
}

/** Six Flows scopes and two flows, one of them with a long name and collections. */
export function groupsWithFlows(): AppView['groups'] {
  const second = `${FLOW_ID.slice(0, -1)}b`;
  const flows = [
    flowScope(),
    flowScope(
      { id: second, title: 'تشغيل التدفق '.repeat(6).trim(), role: 'flow_owner', collections: [ID] },
      { ...NO_TOKEN, state: 'needs-consent', isolated: false },
    ),
  ];
  return [
    ...groupsOf(scopes()),
    { id: 'own-flows', title: 'My flows', note: 'one token for one scope', scopes: flows },
  ];
}

/** The Flows group again, of which the second account holds two tokens; one of them ends soon. */
export function groupsOfTwo(): AppView['groups'] {
  const [group] = groupsOf(scopes());
  if (group === undefined) return [];
  const ends = (span: number) => ({
    expiresAt: NOW + span,
    lifetime: LIFETIME,
    forecast: { tokenEndsAt: NOW + span, grantEndsAt: null, policyEndsAt: null },
  });
  // Amid a minute: what is drawn does not hang on how quick a machine is.
  const [first, ...rest] = group.scopes.map(({ name }) => name);
  const tokens: NonNullable<AppView['groups'][number]['others']>[number]['tokens'] = [
    { rows: [0], allows: [first ?? ''], state: 'ready', isolated: true, ...ends(20 * HOUR - 30_000) },
    {
      rows: [1, 2],
      allows: rest.slice(0, 2),
      state: 'expiring',
      isolated: false,
      ...ends(4 * 60_000 - 30_000),
    },
  ];
  const grace = ACCOUNTS[1];
  return grace === undefined
    ? []
    : [{ ...group, others: [{ sub: grace.sub, username: grace.username, tokens }] }];
}

/** As many rows as the app must stay quick with (CHECKLIST 57). */
export function manyGroups(entries: number, flows: number): AppView['groups'] {
  const base = scopeAt(scopes(), 0);
  const rows = Array.from({ length: entries }, (_, index) => ({
    ...base,
    scope: `https://auth.globus.org/scopes/x/scope_${index}`,
    name: `scope_${index}`,
  }));
  const own = Array.from({ length: flows }, (_, index) =>
    flowScope({
      id: `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`,
      title: `Flow number ${index}`,
    }),
  );
  return [
    ...groupsOf(rows),
    { id: 'own-flows', title: 'My flows', note: `${flows} tokens for ${flows} scopes`, scopes: own },
  ];
}

export const SCOPE_CHOICES: ScopeChoiceView[] = [
  {
    scope: 'urn:globus:auth:scope:transfer.api.globus.org:all',
    name: 'transfer:all',
    service: 'Transfer',
    definition: 'Grants ability to transfer and manage data and to manage collections',
    caution: 'Mapped collections need their own data_access scope below this one.',
    kept: false,
  },
  {
    scope: FLOWS_SCOPES[0]?.scope ?? '',
    name: 'view_flows',
    service: 'Flows',
    definition: 'Grants ability to view flows',
    kept: true,
  },
];

export const FLOW_CHOICES: FlowChoiceView[] = [
  {
    id: FLOW_ID,
    title: 'Move and publish',
    subtitle: 'From the microscope to the archive',
    owner: 'ada@university.example',
    role: 'flow_starter',
    scope: flowScope().scope,
    kept: false,
  },
];

export const RUNS: RunView[] = [
  {
    id: ID,
    label: 'Tuesday',
    status: 'INACTIVE',
    startedAt: NOW - HOUR,
    needs: { id: 'o-1', label: 'Allow data access' },
  },
  { id: FLOW_ID, label: 'Monday', status: 'SUCCEEDED', startedAt: NOW - 25 * HOUR, needs: null },
];

export const CALL: CallView = {
  status: 200,
  milliseconds: 184,
  body: '{\n  "flows": []\n}',
  truncated: false,
  problem: null,
  offer: null,
  runAs: flowScope().scope,
};

export function groupsOf(rows: ScopeView[]): AppView['groups'] {
  return [{ id: 'flows', title: 'Flows service', note: `one token for ${rows.length} scopes`, scopes: rows }];
}

export function scopeAt(rows: readonly ScopeView[], index: number): ScopeView {
  const row = rows[index];
  if (row === undefined) throw new RangeError(`no scope ${index}`);
  return row;
}

const ADA: AccountView = {
  sub: 'a0000000-0000-4000-8000-00000000000a',
  username: 'ada@university.example',
  displayName: 'Ada Lovelace',
  initials: 'AL',
  isDefault: true,
};
export const ACCOUNTS: AccountView[] = [
  ADA,
  {
    sub: 'b0000000-0000-4000-8000-00000000000b',
    username: 'grace@lab.example',
    displayName: 'Grace Hopper',
    initials: 'GH',
    isDefault: false,
  },
];

/** Signed in and well, unless changed. */
export function appView(change: Partial<AppView> = {}): AppView {
  return {
    version: '0.1.0',
    environment: { name: 'production', label: 'Globus', fake: false },
    clientId: '9f2c1a34-5b6d-4e7f-8a90-1b2c3d4e5f60',
    tutorialClient: false,
    account: { username: ADA.username, displayName: ADA.displayName, initials: ADA.initials },
    accounts: [ADA],
    vault: keychainView(),
    online: true,
    locked: false,
    groups: groupsOf(scopes()),
    tools: TOOLS,
    settings: {
      keepAlive: false,
      notices: { approval: true, expiry: true, signIn: true, copied: true, keychain: true },
      clearAfterSeconds: 45,
      clearOnQuit: true,
      updates: 'auto',
      letterKeys: true,
    },
    signIn: { phase: 'idle' },
    clipboard: null,
    problem: null,
    clockSkew: null,
    now: NOW,
    ...change,
  };
}

/** A desktop that lets everything be switched. */
export const SYSTEM: SystemView = {
  autostart: { on: false, can: true, why: null },
  palette: { keys: 'CommandOrControl+Shift+G', state: 'on', command: 'globus-token-tray --palette' },
};

export const PROBLEM: ProblemView = {
  reason: 'denied',
  title: 'The consent page was answered with Deny',
  tokens: 'Nothing was stored, and the tokens you already had are as they were.',
  next: 'Start again and choose Allow, or ask for fewer scopes.',
  detail: 'access_denied: <b onclick="alert(1)">The resource owner said no</b>',
};

const SIGNED_OUT: Partial<AppView> = { account: null, accounts: [], groups: groupsOf(scopes(NO_TOKEN)) };
const WAITING = {
  phase: 'waiting',
  way: 'browser',
  deadline: NOW + 14 * 60_000 + 32_000,
  step: null,
} as const;
const LONG = 'an_unreasonably_long_scope_name_that_somebody_registered_for_a_flow_of_theirs';

/** One row per state a scope can be in. */
export function everyState(): ScopeView[] {
  const soon = { state: 'expiring', expiresAt: NOW + 3 * 60_000 + 20_000 } as const;
  const changes: Partial<ScopeView>[] = [
    {},
    soon,
    { state: 'renewing' },
    { state: 'offline', expiresAt: NOW + 9 * HOUR - 30_000 },
    { ...NO_TOKEN, state: 'needs-consent' },
    NO_TOKEN,
  ];
  return scopes().map((row, index) => ({ ...row, ...changes[index] }));
}

const OIDC = '/run/user/1000/globus-token/oidc.sock';
export const BROKER = {
  path: '/run/user/1000/globus-token/broker.sock',
  denyAll: false,
  programsToday: 3,
  oidc: { on: false, path: OIDC, exportLine: `export OIDC_SOCK=${OIDC}` },
};

/** One rule of each kind. */
export const RULES: RuleView[] = [
  rule({ script: '~/jobs/watch-runs.sh', until: NOW + 8 * 60_000 }),
  rule({ id: 'r-2', program: '/usr/bin/zsh', scope: 'run_manage', terminal: 'pts/3' }),
  rule({ id: 'r-3', script: '~/jobs/other.sh', answer: 'deny' }),
  rule({ id: 'r-4', program: '/usr/bin/ssh', host: 'login.cluster.example', until: NOW + 30 * 60_000 }),
  rule({ id: 'r-5', script: `~/${'a-long-folder-name/'.repeat(8)}script.py`, program: '/usr/bin/python3' }),
];

function rule(change: Partial<RuleView>): RuleView {
  return {
    id: 'r-1',
    program: '/usr/bin/bash',
    script: null,
    scope: 'run_status',
    account: 'ada@university.example',
    answer: 'allow',
    until: null,
    terminal: null,
    host: null,
    ...change,
  };
}

/** One line of each kind, newest first. */
export const LOG: AuditView[] = [
  line({ what: 'view_flows: copied', why: 'by you, in the app', answer: 'done', program: null, pid: null }),
  line({ script: '~/jobs/watch-runs.sh', why: 'a rule allows it' }),
  line({ what: 'run_status: refused', why: 'you denied it', answer: 'denied', script: '~/jobs/other.sh' }),
  line({ what: 'run_status: header given', program: `/opt/${'deep/'.repeat(30)}tool`, account: null }),
  line({ time: NOW - 26 * HOUR, script: '~/jobs/watch-runs.sh' }),
];

function line(change: Partial<AuditView>): AuditView {
  return {
    time: NOW - 90_000,
    what: 'run_status: token given',
    why: 'you allowed it',
    answer: 'allowed',
    account: 'ada@university.example',
    program: '/usr/bin/bash',
    script: null,
    pid: 41_822,
    ...change,
  };
}

/** Everything a person can come to see; tests look at each in light, dark, narrow and zoomed. */
export const STATES: Readonly<Record<string, AppView>> = {
  'app locked': appView({
    locked: true,
    groups: groupsOf(scopes().map((row) => ({ ...row, ...NO_TOKEN, state: 'locked' }))),
  }),
  'first run': appView({ ...SIGNED_OUT, clientId: null }),
  'signed out': appView(SIGNED_OUT),
  waiting: appView({ ...SIGNED_OUT, signIn: WAITING }),
  'waiting, step 2 of 6': appView({ signIn: { ...WAITING, step: { number: 2, of: 6 } } }),
  'two accounts': appView({ accounts: ACCOUNTS, groups: groupsOfTwo() }),
  'with flows': appView({ groups: groupsWithFlows() }),
  'paste a code': appView({ ...SIGNED_OUT, signIn: { ...WAITING, way: 'paste' } }),
  exchanging: appView({ ...SIGNED_OUT, signIn: { phase: 'exchanging' } }),
  done: appView({ signIn: { phase: 'done', granted: FLOWS_SCOPES.map(({ name }) => name), missing: [] } }),
  'done with less': appView({
    signIn: { phase: 'done', granted: ['view_flows', 'run_status'], missing: ['run_manage', 'all'] },
  }),
  failed: appView({ ...SIGNED_OUT, signIn: { phase: 'failed', problem: PROBLEM } }),
  'signed in': appView(),
  'every scope state': appView({ groups: groupsOf(everyState()) }),
  'broker on': appView({ broker: BROKER }),
  'broker off': appView({ broker: { ...BROKER, path: null } }),
  'broker and oidc-agent': appView({ broker: { ...BROKER, oidc: { ...BROKER.oidc, on: true } } }),
  'broker denies': appView({ broker: { ...BROKER, denyAll: true } }),
  copied: appView({
    clipboard: { what: 'curl for view_flows', clearsAt: NOW + 28_000, duration: 30_000 },
  }),
  'copied without a token': appView({
    clipboard: { what: 'curl for view_flows', clearsAt: NOW + 28_000, duration: 45_000, tokenFree: true },
  }),
  demo: appView({ environment: { name: 'demo', label: 'Demo (fake Globus)', fake: true } }),
  'tutorial client': appView({ tutorialClient: true }),
  offline: appView({ online: false, groups: groupsOf(scopes({ state: 'offline' })) }),
  locked: appView({
    vault: keychainView('locked'),
    groups: groupsOf(scopes({ state: 'locked', expiresAt: null, lifetime: null })),
  }),
  'no keychain': appView({ ...SIGNED_OUT, vault: keychainView('missing', false) }),
  'in memory': appView({ vault: memoryView() }),
  'clock skew': appView({ clockSkew: -605_000 }),
  'standing problem': appView({ problem: { ...PROBLEM, title: 'Globus ended this sign-in' } }),
  'everything at once': appView({
    environment: { name: 'demo', label: 'Demo (fake Globus)', fake: true },
    tutorialClient: true,
    online: false,
    clockSkew: 605_000,
    problem: PROBLEM,
    clipboard: { what: 'header for run_manage', clearsAt: NOW + 4_000, duration: 30_000 },
  }),
  'long names': appView({
    account: {
      username: 'ada.augusta.king.countess.of.lovelace@department-of-analytical-engines.university.example',
      displayName: 'Augusta Ada King-Noel, Countess of Lovelace',
      initials: 'AK',
    },
    groups: groupsOf([
      ...scopes(),
      {
        ...scopeAt(scopes(), 0),
        scope: LONG,
        name: LONG,
        definition: `Grants ability to ${LONG} `.repeat(3),
      },
    ]),
  }),
};
