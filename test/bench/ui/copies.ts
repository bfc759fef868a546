import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from '../../support/processes.ts';
import { systemClipboard } from '../../support/tray-app.ts';
import { pressKeys } from '../../support/x11-keys.ts';
import type { Desk, Running } from './desk.ts';

/** Between what is pressed in a window and the next, milliseconds. */
const PAUSE = 300;

/**
 * From the click on the menu's line until the clipboard is the program's, milliseconds: whoever pastes from then on
 * is given the copy.
 */
export function timeToCopyByTray(desk: Desk, running: Running): Promise<number> {
  return timeToCopy(desk, () => desk.host.aim(running.item, running.program.copy), running);
}

/** The same from the key in an open window. */
export async function timeToCopyByKey(desk: Desk, running: Running, window: number): Promise<number> {
  desk.x11.focus(window);
  await delay(PAUSE);
  const press = () => pressKeys(desk.session.display, ['H']);
  return timeToCopy(desk, () => Promise.resolve(press), running);
}

/** What the keyboard has to do in a window before H copies. */
export async function readyToCopy(desk: Desk, { program }: Running, window: number): Promise<void> {
  desk.x11.focus(window);
  await delay(PAUSE);
  for (const key of program.choose) await pressKeys(desk.session.display, [key]);
  await delay(PAUSE);
}

async function timeToCopy(
  { session, x11 }: Desk,
  aim: () => Promise<() => Promise<void>>,
  { program }: Running,
): Promise<number> {
  await putAway(session);
  const act = await aim();
  // A click is answered when all is done that follows from it, the menu redrawn: the copy is there before that.
  const copied = x11.nextCopy().then(() => performance.now());
  // An act that fails has said so itself.
  copied.catch(() => undefined);
  const started = performance.now();
  await act();
  const taken = (await copied) - started;
  const found = await systemClipboard(session);
  if (!program.copied.test(found)) throw new Error('what came to the clipboard is not what was copied');
  return taken;
}

/** Somebody else copies something. */
async function putAway(session: Desk['session']): Promise<void> {
  const xclip = spawn('xclip', ['-selection', 'clipboard', '-i'], {
    env: session.env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  xclip.stdin.end('something else');
  await once(xclip, 'exit');
  await until('something else', async () =>
    (await systemClipboard(session)) === 'something else' ? true : undefined,
  );
}
