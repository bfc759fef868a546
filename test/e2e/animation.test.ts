import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import { animatedPng } from '../support/animated-png.ts';
import { type DesktopSession, startDesktopSession } from '../support/desktop-session.ts';
import { withChromium } from '../support/electron-app.ts';
import { picturePath } from '../support/pictures.ts';
import { press } from '../support/prompt-press.ts';
import { type Beside, drawScene, type Scene } from '../support/story.ts';
import { nextAddress, startTrayApp, systemClipboard, type TrayApp } from '../support/tray-app.ts';

const run = promisify(execFile);
/** Once to see that it moves, once to follow it. */
const PLAYS = 2;

let session: DesktopSession;
let sandbox: Sandbox;
let tray: TrayApp;

beforeAll(async () => {
  // A high screen: the prompt's window is as high as its text.
  const screen = { width: 1600, height: 1800 };
  [session, sandbox] = await Promise.all([startDesktopSession({ screen }), startSandbox()]);
  tray = await startTrayApp(session, sandbox, { args: ['--force-device-scale-factor=2'] });
  await tray.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
});
afterAll(async () => {
  await tray.close();
  await sandbox.close();
  await session.close();
});

const button = (name: string | RegExp) => tray.page.getByRole('button', { name });

async function scene(caption: string, beside: Beside): Promise<Scene> {
  return { caption, beside, app: await tray.page.screenshot() };
}

/** Allows what the browser is asked, with a picture of the question. */
function consent(url: string): Promise<Buffer> {
  return withChromium(url, async (page) => {
    await page.setViewportSize({ width: 640, height: 460 });
    await page.locator('[data-test="user-ada@uni.example"]').click();
    const allow = page.locator('[data-test="allow"]');
    await allow.waitFor();
    const picture = await page.screenshot();
    await allow.click();
    await page.waitForLoadState();
    return picture;
  });
}

it('from the sign-in to an answer in a terminal, as a picture that moves', async () => {
  const scenes: Scene[] = [];
  await button(/^Sign in$/).waitFor();
  scenes.push(await scene('Sign in once.', { kind: 'nothing' }));
  const url = await nextAddress(session, () => button(/^Sign in$/).click());
  await button('Cancel').waitFor();
  const waiting = await tray.page.screenshot();
  const asked = await consent(url);
  const browser: Beside = { kind: 'browser', address: new URL(url).host, picture: asked };
  scenes.push({ caption: 'Your browser asks you, as always.', app: waiting, beside: browser });
  await button('Show my scopes').click();
  const row = tray.page.getByRole('listitem').filter({ hasText: 'view_flows' }).first();
  await row.getByText(/\d+ h/).first().waitFor();
  await row.hover();
  scenes.push(await scene('See what is valid, and for how long.', { kind: 'nothing' }));
  await row.getByRole('button', { name: 'Copy curl' }).click();
  await tray.page
    .getByText(/Copied/)
    .first()
    .waitFor();
  await tray.page.mouse.move(0, 0);
  const command = await systemClipboard(session);
  const typed = `$ ${command}`;
  scenes.push(await scene('Copy, and paste.', { kind: 'terminal', text: typed }));
  const prompt = tray.app.waitForEvent('window');
  const running = run('sh', ['-c', command], { env: session.env });
  const question = await prompt;
  await question.getByRole('button', { name: 'Allow once' }).waitFor();
  const asking: Beside = { kind: 'window', picture: await question.screenshot() };
  scenes.push(await scene('Nothing gets a token without your word.', asking));
  await press(question, 'once');
  const { stdout } = await running;
  expect(JSON.parse(stdout)).toHaveProperty('flows');
  const answer = JSON.stringify(JSON.parse(stdout), null, 2);
  const lines = `${typed}\n\n${answer}`.split('\n').slice(0, 26).join('\n');
  scenes.push(await scene('Your flows.', { kind: 'terminal', text: lines }));

  const frames = await withChromium('about:blank', async (page) => {
    const drawn = [];
    for (const one of scenes) drawn.push({ png: await drawScene(page, one), milliseconds: 2_200 });
    return drawn;
  });
  const picture = animatedPng(frames, PLAYS);
  await writeFile(await picturePath('first-copy'), picture);
  expect(picture.length).toBeGreaterThan(100_000);
  expect(lines).not.toMatch(/Ag[0-9A-Za-z]{40,}/);
});
