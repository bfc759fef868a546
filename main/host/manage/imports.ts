import type { AdoptAnswer, ImportAnswer, RemoveAnswer } from '../../broker/contract.ts';
import type { Managed } from '../../broker/manage-port.ts';
import type { Problem } from '../../effects.ts';
import type { FoundFile } from '../../imports/types.ts';
import type { ManageParts } from './parts.ts';
import { done, refusalOf } from './refusals.ts';

type ImportParts = Pick<ManageParts, 'agent'>;

/** @param file absolute; null: the usual places */
export async function imports({ agent }: ImportParts, file: string | null): Promise<ImportAnswer[]> {
  const room = await agent.imports();
  const files = file === null ? await room.found() : [await room.look(file)];
  return files.map(answerOf);
}

export async function adoptImport(
  { agent }: ImportParts,
  file: string,
  client: string | null,
): Promise<Managed<AdoptAnswer>> {
  const result = await (await agent.imports()).adopt(file, client);
  if (!result.ok) return refusalOf(result.problem, 'bad-request');
  const { adopted, already, ended, signIn, problem } = result.value;
  // Without anything done, why it stopped is the answer.
  if (problem !== null && adopted.length === 0) return refusalOf(problem, 'bad-request');
  return done({
    adopted: adopted.map(({ account, resourceServer }) => ({ account, resource_server: resourceServer })),
    already,
    ended: [...ended],
    sign_in: [...signIn],
    problem: problemOf(problem),
  });
}

export async function removeImport(
  { agent }: ImportParts,
  file: string,
  client: string | null,
): Promise<Managed<RemoveAnswer>> {
  const result = await (await agent.imports()).remove(file, client);
  return result.ok ? done({ ...result.value }) : refusalOf(result.problem, 'bad-request');
}

function answerOf({ path, program, exposed, problem, holdings }: FoundFile): ImportAnswer {
  return {
    path,
    program,
    exposed,
    problem: problemOf(problem),
    holdings: holdings.map(({ profile, environment, here, clientId, ours, account, tokens }) => ({
      ...{ profile, environment, here, client_id: clientId, ours, account },
      tokens: tokens.map(({ resourceServer, scopes, renewable, expiresAt, adopted }) => ({
        resource_server: resourceServer,
        scopes: [...scopes],
        renewable,
        expires_at: expiresAt === null ? null : Math.floor(expiresAt / 1_000),
        adopted,
      })),
    })),
  };
}

function problemOf(problem: Problem | null): ImportAnswer['problem'] {
  if (problem === null) return null;
  const { reason, title, tokens, next } = problem;
  return { reason, title, tokens, next };
}
