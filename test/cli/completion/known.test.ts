import { expect, it } from 'vitest';
import { FLOWS_SCOPE_NAMES, TOOL_NAMES } from '../../../cli/completion/known.ts';
import { FLOWS_SCOPES } from '../../../main/globus/scopes.ts';
import { TOOLS } from '../../../main/snippets/render.ts';

it('[C52] the names offered without an agent are those that every agent keeps', () => {
  expect([...FLOWS_SCOPE_NAMES].sort()).toEqual(FLOWS_SCOPES.map(({ name }) => name).sort());
  expect([...TOOL_NAMES].sort()).toEqual(TOOLS.map(({ id }) => id).sort());
});
