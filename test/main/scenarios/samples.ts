import {
  ACTIVE_RUN_ID,
  APPROVAL_FLOW_ID,
  APPROVE_OPTION_ID,
  INACTIVE_RUN_ID,
  OPEN_WEB_INPUT_ID,
  PASS_FLOW_ID,
  REGISTERED_API_ID,
  SUCCEEDED_RUN_ID,
  WAITING_FLOW_ID,
} from '../../sandbox/flows/seed.ts';
import { isObject, textOf, type JsonObject } from '../../sandbox/flows/values.ts';
import type { Sandbox } from '../../sandbox/types.ts';

type Values = Record<string, string>;

/** What exists from the start: enough to be refused about, and for every request that only reads. */
const SEEDED: Values = {
  flow_id: PASS_FLOW_ID,
  run_id: SUCCEEDED_RUN_ID,
  web_input_id: OPEN_WEB_INPUT_ID,
  option_id: APPROVE_OPTION_ID,
  registered_api_id: REGISTERED_API_ID,
};
/** Long enough for every run that does not wait for something. */
const A_WHILE = 60_000;

/** Things in the fake Globus to use up: a request that deletes or ends something gets one of its own. */
export class Samples {
  readonly #sandbox: Sandbox;
  readonly #token: (scope: string) => Promise<string>;

  /** @param token of a scope by its short name */
  constructor(sandbox: Sandbox, token: (scope: string) => Promise<string>) {
    this.#sandbox = sandbox;
    this.#token = token;
  }

  /** Values with which a recipe succeeds, once. */
  async for(recipe: string): Promise<Values> {
    switch (recipe) {
      case 'next-flows':
        return { marker: textOf((await this.#call('all', 'GET', '/flows'))['marker']) };
      case 'delete-flow':
        return { flow_id: await this.#newFlow() };
      case 'cancel-run':
      case 'cancel-runs':
        return { run_id: await this.#newRun(WAITING_FLOW_ID, 'run') };
      case 'release-run': {
        const run_id = await this.#newRun(PASS_FLOW_ID, 'run');
        this.#sandbox.clock.advance(A_WHILE);
        return { run_id };
      }
      case 'answer-web-input':
        return { ...SEEDED, web_input_id: await this.#newWebInput() };
      case 'delete-registered-api':
        return { registered_api_id: await this.#newApi() };
      default:
        return this.seeded(recipe);
    }
  }

  /** Values of things that exist; nothing is made for it. */
  seeded(recipe: string): Values {
    if (recipe === 'flow-resume') return { run_id: INACTIVE_RUN_ID };
    if (recipe.startsWith('cancel-run')) return { run_id: ACTIVE_RUN_ID };
    return { ...SEEDED, marker: 'bWFya2Vy' };
  }

  async #newFlow(): Promise<string> {
    const definition = { StartAt: 'Done', States: { Done: { Type: 'Pass', End: true } } };
    return textOf((await this.#call('all', 'POST', '/flows', { title: 'Short-lived', definition }))['id']);
  }

  async #newRun(flowId: string, scope: string): Promise<string> {
    return textOf((await this.#call(scope, 'POST', `/flows/${flowId}/run`, { body: {} }))['run_id']);
  }

  async #newWebInput(): Promise<string> {
    const run = await this.#newRun(APPROVAL_FLOW_ID, `flow:${APPROVAL_FLOW_ID}`);
    this.#sandbox.clock.advance(A_WHILE);
    return textOf((await this.#call('all', 'GET', `/runs/${run}`))['blocking_web_input_id']);
  }

  async #newApi(): Promise<string> {
    const shown = await this.#call('all', 'GET', `/registered_apis/${REGISTERED_API_ID}`);
    const { target } = shown;
    return textOf((await this.#call('all', 'POST', '/registered_apis', { name: 'Copy', target }))['id']);
  }

  async #call(scope: string, method: string, path: string, body?: unknown): Promise<JsonObject> {
    const response = await fetch(this.#sandbox.flows.origin + path, {
      method,
      headers: { authorization: `Bearer ${await this.#token(scope)}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok || !isObject(answer)) throw new Error(`${method} ${path}: ${response.status}`);
    return answer;
  }
}
