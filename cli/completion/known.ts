/** What every installation has, for when no agent answers. A test compares both with the agent's own tables. */
export const FLOWS_SCOPE_NAMES = ['all', 'manage_flows', 'view_flows', 'run', 'run_status', 'run_manage'];
export const TOOL_NAMES = [
  ...['curl', 'globus-token', 'httpie', 'python-requests', 'python-sdk', 'javascript', 'globus-cli'],
  ...['powershell', 'cmd'],
];
