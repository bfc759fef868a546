import { describe, expect, it } from 'vitest';
import { LOOK_AGAIN, SecretClipboard } from '../../../main/desktop/clipboard.ts';
import { FakeClock } from '../../support/agent-parts.ts';
import { MemoryClipboard, NOW } from '../../support/desktop.ts';

const SECRET = 'Authorization: Bearer secret';

function setup(seconds = 30, clearOnQuit?: boolean) {
  const port = new MemoryClipboard();
  const clock = new FakeClock(NOW);
  let changes = 0;
  let changed = () => {};
  const clipboard = new SecretClipboard({
    port,
    clock,
    clearAfterSeconds: () => seconds,
    ...(clearOnQuit === undefined ? {} : { clearOnQuit: () => clearOnQuit }),
    onChange: () => {
      changes += 1;
      changed();
    },
  });
  return {
    port,
    clock,
    clipboard,
    changes: () => changes,
    nextChange: () => new Promise<void>((resolve) => (changed = resolve)),
  };
}

/** After all that waits for nothing but promises. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('copy', () => {
  it('[C38] writes it with the concealed mark and reads it back', async () => {
    const { clipboard, port } = setup();
    expect(await clipboard.copy(SECRET, 'header for view_flows')).toEqual({ ok: true, value: null });
    expect(port.writes).toEqual([{ text: SECRET, concealed: true }]);
    expect(clipboard.view()).toEqual({
      what: 'header for view_flows',
      clearsAt: NOW + 30_000,
      duration: 30_000,
    });
  });

  it('[C37] keeps no text: nothing of the object holds it', async () => {
    const { clipboard } = setup();
    await clipboard.copy(SECRET, 'header');
    expect(JSON.stringify(clipboard.view())).not.toContain('secret');
  });

  it.each(['deaf', 'broken'] as const)('[C38] says "not copied" when the clipboard is %s', async (how) => {
    const { clipboard, port } = setup();
    port[how] = true;
    expect(await clipboard.copy(SECRET, 'header')).toMatchObject({
      ok: false,
      problem: { reason: 'not-copied' },
    });
    expect(clipboard.view()).toBeNull();
  });

  it('[C37] clears what arrived although the read-back failed', async () => {
    const { clipboard, port, clock, nextChange } = setup();
    port.deaf = true;
    await clipboard.copy(SECRET, 'header');
    port.text = SECRET;
    const cleared = nextChange();
    clock.advance(30_000);
    await cleared;
    expect(port.text).toBe('');
  });
});

describe('a copy that another program changes', () => {
  const COMMAND = `curl \\\n  -H 'Authorization: Bearer Ag0123456789abcdefghijklmnopqrstuvwxyz' https://example.org`;
  const JOINED = COMMAND.replace(/\s+/g, ' ');
  const BEFORE = 'what was there before';

  /** Copied, then changed by another program. */
  async function changed(to: string, copy: 'copy' | 'copyTokenFree' = 'copy') {
    const parts = setup();
    let lost = 0;
    await parts.clipboard[copy](COMMAND, 'curl', () => (lost += 1));
    parts.port.text = to;
    return {
      ...parts,
      lost: () => lost,
      async lookAgain() {
        parts.clock.advance(LOOK_AGAIN);
        await settled();
      },
    };
  }

  it.each(['copy', 'copyTokenFree'] as const)(
    '[C38] is looked at again, and said to be lost: %s',
    async (copy) => {
      const { clipboard, port, clock, lost, lookAgain } = await changed(BEFORE, copy);
      clock.advance(LOOK_AGAIN - 1);
      expect(clipboard.view()).not.toBeNull();
      await lookAgain();
      expect([lost(), clipboard.view(), port.text]).toEqual([1, null, BEFORE]);
    },
  );

  it('[C37] leaves no token there when only what stands around it changed', async () => {
    const { clipboard, port, lost, lookAgain } = await changed(JOINED);
    await lookAgain();
    expect([lost(), clipboard.view(), port.text]).toEqual([1, null, '']);
  });

  it('[C37] is taken away by a lock that comes before the second look', async () => {
    const { clipboard, port, lost, lookAgain } = await changed(JOINED);
    await clipboard.clearIfOurs();
    expect(port.text).toBe('');
    await lookAgain();
    expect(lost()).toBe(0);
  });

  it('[C37] later than that is what somebody made of it, and stays', async () => {
    const { clipboard, port, lost, lookAgain } = await changed(COMMAND);
    await lookAgain();
    port.text = JOINED;
    await clipboard.clearIfOurs();
    expect([lost(), port.text]).toEqual([0, JOINED]);
  });

  it('[C37] is cleared in its time when it comes back out of a history', async () => {
    const { port, clock, lookAgain, nextChange } = await changed(BEFORE);
    await lookAgain();
    port.text = COMMAND;
    const cleared = nextChange();
    clock.advance(30_000);
    await cleared;
    expect(port.text).toBe('');
  });

  it.each([
    ['when nothing can be read', ''],
    ['as long as it is the same', COMMAND],
  ])('[C38] is not said to be lost %s', async (_when, text) => {
    const { clipboard, lost, lookAgain } = await changed(text);
    await lookAgain();
    expect(lost()).toBe(0);
    expect(clipboard.view()).not.toBeNull();
  });

  it('[C38] is not said to be lost when another copy took its place, or nobody can look', async () => {
    const next = await changed(BEFORE);
    await next.clipboard.copy(SECRET, 'header');
    await next.lookAgain();
    const broken = await changed(BEFORE);
    broken.port.broken = true;
    await broken.lookAgain();
    expect([next.lost(), broken.lost()]).toEqual([0, 0]);
    expect(next.clipboard.view()?.what).toBe('header');
  });
});

describe('a copy without a token in it', () => {
  const SNIPPET = "curl --unix-socket '/run/broker.sock' …";

  it('is shown as what it is, unmarked', async () => {
    const { clipboard, port } = setup();
    expect(await clipboard.copyTokenFree(SNIPPET, 'curl for view_flows')).toEqual({ ok: true, value: null });
    expect(port.writes).toEqual([{ text: SNIPPET, concealed: false }]);
    expect(clipboard.view()).toMatchObject({ what: 'curl for view_flows', tokenFree: true });
  });

  it('[C37] stays when the time is over and through a lock; only its line goes', async () => {
    const { clipboard, port, clock, nextChange } = setup();
    await clipboard.copyTokenFree(SNIPPET, 'curl');
    // Nothing is counted down: a line that says so for as long as a token would be told of stands in the way.
    clock.advance(7_999);
    expect(clipboard.view()).not.toBeNull();
    const over = nextChange();
    clock.advance(1);
    await over;
    expect(clipboard.view()).toBeNull();
    await clipboard.copyTokenFree(SNIPPET, 'curl');
    await clipboard.clearIfOurs();
    expect([port.text, clipboard.view()]).toEqual([SNIPPET, null]);
  });

  it('goes when the user says so, unless something else lies there', async () => {
    const { clipboard, port } = setup();
    await clipboard.copyTokenFree(SNIPPET, 'curl');
    await clipboard.clearNow();
    expect(port.text).toBe('');
    await clipboard.copyTokenFree(SNIPPET, 'curl');
    port.text = 'of another program';
    await clipboard.clearNow();
    expect(port.text).toBe('of another program');
  });

  it('[C37] takes the place of a secret, whose timer then clears nothing', async () => {
    const { clipboard, port, clock } = setup();
    await clipboard.copy(SECRET, 'header');
    await clipboard.copyTokenFree(SNIPPET, 'curl');
    expect(clock.pendingTimers).toBe(2);
    clock.advance(30_000);
    expect(port.text).toBe(SNIPPET);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('clearing', () => {
  it('[C37] happens after N seconds and not before', async () => {
    const { clipboard, port, clock, nextChange } = setup(20);
    await clipboard.copy(SECRET, 'header');
    clock.advance(19_999);
    // A timer that ran too early would clear a few turns later.
    expect(clock.pendingTimers).toBe(1);
    expect(port.text).toBe(SECRET);
    const cleared = nextChange();
    clock.advance(1);
    await cleared;
    expect(port.text).toBe('');
    expect(clipboard.view()).toBeNull();
  });

  it('[C37] leaves what others copied since then', async () => {
    const { clipboard, port, clock, nextChange } = setup();
    await clipboard.copy(SECRET, 'header');
    clock.advance(LOOK_AGAIN);
    await settled();
    port.text = 'shopping list';
    const over = nextChange();
    clock.advance(30_000);
    await over;
    expect(port.text).toBe('shopping list');
    expect(clipboard.view()).toBeNull();
  });

  it('[C37] can be asked for at once (lock, quit, the menu) and stops the timer', async () => {
    const { clipboard, port, clock } = setup();
    await clipboard.copy(SECRET, 'header');
    await clipboard.clearIfOurs();
    expect(port.text).toBe('');
    expect(clock.pendingTimers).toBe(0);
  });

  it('does nothing when nothing was copied', async () => {
    const { clipboard, port, changes } = setup();
    port.text = 'mine';
    await clipboard.clearIfOurs();
    expect(port.text).toBe('mine');
    expect(changes()).toBe(0);
  });

  it('[C37] a second copy starts its time anew', async () => {
    const { clipboard, clock } = setup();
    await clipboard.copy('first', 'a');
    clock.advance(20_000);
    await clipboard.copy('second', 'b');
    // Its second look and its end, and nothing of the first.
    expect(clock.pendingTimers).toBe(2);
    expect(clipboard.view()).toEqual({ what: 'b', clearsAt: NOW + 50_000, duration: 30_000 });
  });

  it('two copies at once run one after the other, each read back as itself', async () => {
    const { clipboard, port } = setup();
    const results = await Promise.all([clipboard.copy('first', 'a'), clipboard.copy('second', 'b')]);
    expect(results.map(({ ok }) => ok)).toEqual([true, true]);
    expect(port.text).toBe('second');
    expect(clipboard.view()?.what).toBe('b');
  });

  it('[C37] asked for while a copy is under way clears that copy', async () => {
    const { clipboard, port } = setup();
    const copied = clipboard.copy(SECRET, 'header');
    await Promise.all([copied, clipboard.clearIfOurs()]);
    expect(port.text).toBe('');
  });

  it('survives a clipboard that fails', async () => {
    const { clipboard, port } = setup();
    await clipboard.copy(SECRET, 'header');
    port.broken = true;
    await clipboard.clearIfOurs();
    expect(clipboard.view()).toBeNull();
  });
});

describe('copyPlain', () => {
  it('copies an address without mark and timer, and forgets the secret it replaced', async () => {
    const { clipboard, port, clock } = setup();
    await clipboard.copy(SECRET, 'header');
    expect(await clipboard.copyPlain('https://auth.globus.org/', 'sign-in link')).toEqual({
      ok: true,
      value: null,
    });
    expect(port.writes.at(-1)).toEqual({ text: 'https://auth.globus.org/', concealed: false });
    expect(clock.pendingTimers).toBe(0);
    expect(clipboard.view()).toBeNull();
  });

  it('says so when it did not arrive', async () => {
    const { clipboard, port } = setup();
    port.deaf = true;
    expect((await clipboard.copyPlain('x', 'sign-in link')).ok).toBe(false);
  });
});

describe('[C37] when the app quits', () => {
  it.each([undefined, true])('a secret leaves with it: setting %s', async (clearOnQuit) => {
    const { clipboard, port } = setup(30, clearOnQuit);
    await clipboard.copy(SECRET, 'header');
    await clipboard.quit();
    expect(port.text).toBe('');
  });

  it('a secret stays where the user wants it to, and is not cleared later either', async () => {
    const { clipboard, port, clock } = setup(30, false);
    await clipboard.copy(SECRET, 'header');
    await clipboard.quit();
    clock.advance(60_000);
    await clipboard.clearIfOurs();
    expect(port.text).toBe(SECRET);
  });

  it('what another program copied stays', async () => {
    const { clipboard, port } = setup(30, true);
    await clipboard.copy(SECRET, 'header');
    port.text = 'somebody else’s';
    await clipboard.quit();
    expect(port.text).toBe('somebody else’s');
  });
});
