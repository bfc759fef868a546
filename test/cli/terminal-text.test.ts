import { describe, expect, it } from 'vitest';
import { command as snippet } from '../../cli/commands/snippet.ts';
import { Failure } from '../../cli/failure.ts';
import { json } from '../../cli/output.ts';
import { isPlain } from '../../cli/text.ts';
import type { Context } from '../../cli/types.ts';

const HOSTILE = 'a\u001b]0;pwned\u0007b\u009b31mc\u202ed\u2066e\u200bf\u061cg';
/** What a terminal obeys; a newline is none here. */
const OBEYED = /[^\P{C}\n]/u;

/** `snippet` with an agent that answers this. */
async function shown(answer: unknown, asJson = false): Promise<string> {
  let out = '';
  const context: Context = {
    ...{ env: {}, platform: 'linux', version: '0.0.0', dist: '', json: asJson },
    out: (text) => void (out += text),
    err: () => undefined,
    now: () => 0,
    person: () => null,
    client: { path: '/x', ask: () => Promise.resolve(answer) },
  };
  await snippet.run(context, { positionals: ['x'], options: {} });
  return out;
}

describe('text from elsewhere on a terminal', () => {
  it('is cleaned in a failure: the words of a path or a variable, too', () => {
    const text = new Failure('usage', `No ${HOSTILE}`, `unset ${HOSTILE}`).text();
    expect(text).toBe('globus-token: No a ]0;pwned b 31mc d e f g\nhint: unset a ]0;pwned b 31mc d e f g\n');
    expect(text).not.toMatch(OBEYED);
  });

  it('is escaped in JSON, and stays what it is', () => {
    expect(json({ name: HOSTILE })).not.toMatch(OBEYED);
    expect(JSON.parse(json({ name: HOSTILE }))).toEqual({ name: HOSTILE });
    const error = new Failure('usage', HOSTILE).json();
    expect(error).not.toMatch(OBEYED);
    expect(JSON.parse(error)).toMatchObject({ error: { detail: HOSTILE } });
  });

  it('is no snippet when it holds what no snippet holds', async () => {
    await expect(shown(`curl x\n${HOSTILE}`)).rejects.toThrow('holds control characters');
    await expect(shown('curl \u202ex')).rejects.toThrow('holds control characters');
    expect(await shown('curl x |\n\tsh # Müller’s 東京')).toBe('curl x |\n\tsh # Müller’s 東京\n');
    expect(await shown({ text: HOSTILE }, true)).not.toMatch(OBEYED);
  });

  it.each(['\r', '\u2028', '\u0000', '\u00ad'])('is not plain with %j', (one) => {
    expect(isPlain(`a${one}b`)).toBe(false);
  });
});
