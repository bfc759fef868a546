import { renderCmd } from './cmd.ts';
import { renderCurl } from './curl.ts';
import { renderGlobusCli } from './globus-cli.ts';
import { renderGlobusToken } from './globus-token.ts';
import { renderHttpie } from './httpie.ts';
import { renderJavaScript } from './javascript.ts';
import { renderPowerShell } from './powershell.ts';
import { renderPythonRequests } from './python-requests.ts';
import { renderPythonSdk } from './python-sdk.ts';
import type { SnippetOptions } from './request.ts';
import type { Recipe, TokenMode } from './types.ts';

export type ToolId =
  | 'curl'
  | 'powershell'
  | 'cmd'
  | 'httpie'
  | 'python-requests'
  | 'python-sdk'
  | 'javascript'
  | 'globus-cli'
  | 'globus-token';

export interface Tool {
  readonly id: ToolId;
  /** As a menu says it: "curl (PowerShell)". */
  readonly label: string;
  /** The default first; none for a tool that signs in by itself. */
  readonly tokens: readonly TokenMode[];
}

const EVERY: readonly TokenMode[] = ['fetched', 'variable', 'literal'];

/** In the order of the menu. */
export const TOOLS: readonly Tool[] = [
  { id: 'curl', label: 'curl', tokens: EVERY },
  { id: 'globus-token', label: 'globus-token curl', tokens: ['fetched'] },
  { id: 'httpie', label: 'HTTPie', tokens: EVERY },
  { id: 'python-requests', label: 'Python (requests)', tokens: EVERY },
  { id: 'python-sdk', label: 'Python (globus_sdk)', tokens: EVERY },
  { id: 'javascript', label: 'JavaScript (fetch)', tokens: EVERY },
  { id: 'globus-cli', label: 'Globus CLI', tokens: [] },
  { id: 'powershell', label: 'curl (PowerShell)', tokens: EVERY },
  { id: 'cmd', label: 'curl (cmd)', tokens: EVERY },
];

export interface RenderOptions extends SnippetOptions {
  readonly tool: ToolId;
}

/**
 * Writes a recipe for one tool; null where the tool cannot do it.
 *
 * @throws TypeError for a token that is none, an origin that is none or another service's, or plain http
 *   beyond loopback
 * @throws RangeError for a value that its place cannot hold, or that contains the token
 */
export function renderSnippet(recipe: Recipe, options: RenderOptions): string | null {
  switch (options.tool) {
    case 'curl':
      return renderCurl(recipe, options);
    case 'powershell':
      return renderPowerShell(recipe, options);
    case 'cmd':
      return renderCmd(recipe, options);
    case 'httpie':
      return renderHttpie(recipe, options);
    case 'python-requests':
      return renderPythonRequests(recipe, options);
    case 'python-sdk':
      return renderPythonSdk(recipe, options);
    case 'javascript':
      return renderJavaScript(recipe, options);
    case 'globus-cli':
      return renderGlobusCli(recipe, options);
    case 'globus-token':
      return renderGlobusToken(recipe, options);
  }
}
