import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { APP_FOLDER } from '../support/electron-app.ts';
import { Walker } from '../support/walker.ts';
import { readWalk } from '../support/walk.ts';

const text = await readFile(join(APP_FOLDER, 'docs/first-run.md'), 'utf8');

describe('docs/first-run.md, walked as it is written', () => {
  let session: DesktopSession;
  let sandbox: Sandbox;
  let walker: Walker;
  beforeEach(async () => {
    // High enough for the prompt, whose window is as high as its text.
    const screen = { width: 1280, height: 1400 };
    [session, sandbox] = await Promise.all([startDesktopSession({ screen }), startSandbox()]);
    walker = new Walker(session, sandbox);
  });
  afterEach(async () => {
    await walker.close();
    await sandbox.close();
    await session.close();
  });

  it('[C60] every sentence is true, and one screen asks something before the first copied curl', async () => {
    await walker.walk(readWalk(text));
    expect(walker.decisions).toEqual(['Sign in to Globus']);
  }, 120_000);
});
