import type { Logger } from '../effects.ts';

export interface FlowInputsEffects {
  /** Reads the flow, over the network; `{}` or a rejection where it cannot. */
  read: (flowId: string) => Promise<unknown>;
  /** An input is known now that was not. */
  changed: () => void;
  log: Logger;
}

/** Inputs that fit the flows' schemas, for their recipes: what was read once is there at once. */
export class FlowInputs {
  readonly #effects: FlowInputsEffects;
  readonly #known = new Map<string, unknown>();
  readonly #reading = new Map<string, Promise<unknown>>();

  constructor(effects: FlowInputsEffects) {
    this.#effects = effects;
  }

  /** `{}` until it was read. The same object every time, so that what was made with it is found again. */
  known = (flowId: string): unknown => (this.#known.has(flowId) ? this.#known.get(flowId) : NONE);

  /** Never rejects: a recipe with an empty input is better than none. */
  async load(flowId: string): Promise<unknown> {
    if (this.#known.has(flowId)) return this.#known.get(flowId);
    const under = this.#reading.get(flowId) ?? this.#read(flowId);
    this.#reading.set(flowId, under);
    return under;
  }

  /** After a flow was read again, its schema may be another one. */
  forget(flowId: string): void {
    this.#known.delete(flowId);
  }

  async #read(flowId: string): Promise<unknown> {
    try {
      const input = await this.#effects.read(flowId);
      // An empty one may only mean that the flow could not be read now: asked again next time.
      if (isEmpty(input)) return NONE;
      if (this.#known.size >= MAX_KNOWN) this.#known.clear();
      this.#known.set(flowId, input);
      this.#effects.changed();
      return input;
    } catch (error) {
      this.#effects.log.warn({ error }, 'the input of a flow could not be read');
      return NONE;
    } finally {
      this.#reading.delete(flowId);
    }
  }
}

const NONE: unknown = Object.freeze({});
const MAX_KNOWN = 200;

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
