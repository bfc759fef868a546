import { afterAll, beforeAll, describe, it } from 'vitest';
import { spawnApp, visitConsent } from '../support/electron-app.ts';
import { ADA, HEIGHT, picture, type PictureRig, SHARP, startPictureRig } from '../support/picture-rig.ts';
import { demoArguments, nextAddress } from '../support/tray-app.ts';
import { palettePage } from '../support/tray-rig.ts';

let rig: PictureRig;
beforeAll(async () => {
  rig = await startPictureRig();
});
afterAll(() => rig.close());

const page = () => rig.tray.page;
const clipboard = () => page().getByRole('region', { name: 'Clipboard' });
const dialog = () => page().getByRole('dialog');
const TOKEN = { host: 'auth', path: '/v2/oauth2/token' } as const;

async function tooltipSays(text: string): Promise<void> {
  const { tray } = rig.session;
  const item = await tray?.waitForItem();
  if (item === undefined) throw new Error('no tray');
  await tray?.waitUntil(async () => ((await tray.tooltip(item)) ?? '').includes(text));
}

async function closeDialog(): Promise<void> {
  await page().keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
}

// One story: each part starts where the one before it ended.
describe('pictures of what everybody comes to', { sequential: true }, () => {
  it('signed out', async () => {
    await rig.button(/^Sign in$/).waitFor();
    await rig.picture('signed-out');
  });

  it('waiting for the browser, and for a code', async () => {
    await nextAddress(rig.session, () => rig.button(/^Sign in$/).click());
    await rig.button('Cancel').waitFor();
    await rig.picture('waiting');
    await rig.button('Paste a code instead').click();
    await page().getByRole('textbox').waitFor();
    await rig.picture('paste');
    await rig.button('Cancel').click();
    await rig.button(/^Sign in$/).waitFor();
  });

  it('error', async () => {
    await rig.answerAfter(() => rig.button(/^Sign in$/).click(), 'deny');
    await rig.button('Try again').waitFor();
    await rig.picture('error');
    await rig.button('Back').click();
  });

  it('signed in, after Globus took its time to give the tokens', async () => {
    const clear = rig.sandbox.addFault({ ...TOKEN, kind: 'slow', milliseconds: 5_000 });
    const url = await nextAddress(rig.session, () => rig.button(/^Sign in$/).click());
    const visited = visitConsent(url, { username: ADA, answer: 'allow' });
    await rig.heading('Talking to Globus').waitFor();
    await rig.picture('exchanging');
    await visited;
    await rig.button('Show my scopes').waitFor();
    clear();
    await rig.picture('summary');
    await rig.toTheList();
    const row = rig.row('view_flows');
    await row.getByText(/\d+ h/).first().waitFor();
    await row.hover();
    // README has it beside the detail, which is cut amid a line otherwise.
    await rig.resize(HEIGHT + 44);
    await rig.picture('signed-in');
  });

  it('copied: a command without the token, and a header that leaves the clipboard', async () => {
    await rig.session.tray?.click(await rig.session.tray.waitForItem(), ['run_status', 'Copy curl']);
    await page().getByText('No token in it', { exact: true }).waitFor();
    await rig.picture('copied-curl');
    const row = rig.row('view_flows');
    await row.locator('[data-opener]').focus();
    await page().keyboard.press('h');
    await clipboard().getByText('header for view_flows').waitFor();
    await rig.picture('copied');
    await row.locator('[data-opener]').click();
    await row.getByRole('combobox', { name: 'How it gets the token' }).selectOption('literal');
    await row.getByText('••••').first().waitFor();
    // As README shows it: by hand, with most of the time before it.
    await rig.button('Clear now').click();
    await rig.button('Copy header for view_flows').click();
    await clipboard()
      .getByText(/Clears in/)
      .waitFor();
    await page().mouse.move(0, 0);
    await rig.picture('detail');
    await rig.resize(HEIGHT);
    await rig.button('Clear now').click();
    await page().keyboard.press('Escape');
  });

  it('dialogs: adding a scope, the keys', async () => {
    await rig.button('Add a scope or a flow').click();
    await dialog().waitFor();
    await rig.picture('add');
    await closeDialog();
    await page().keyboard.press('?');
    await page().getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await rig.picture('keys');
    await closeDialog();
  });

  it('what takes long: a search for flows that Globus does not answer yet', async () => {
    const clear = rig.sandbox.addFault({
      host: 'flows',
      path: '/flows',
      kind: 'slow',
      milliseconds: 600_000,
    });
    await rig.button('Add a scope or a flow').click();
    await dialog().getByRole('group', { name: 'What to add' }).getByText('Flows').click();
    await dialog().getByRole('searchbox').fill('move');
    await page().keyboard.press('Enter');
    await rig.button('Cancel: Asking Globus').waitFor();
    await rig.picture('searching');
    await rig.button('Cancel: Asking Globus').click();
    clear();
    await closeDialog();
  });

  it('settings, forecast', async () => {
    await rig.fromMenu('Settings');
    await rig.heading('Settings').waitFor();
    await rig.picture('settings');
    await rig.fromMenu('Will the tokens last?');
    await rig.heading(/last/).waitFor();
    await rig.picture('forecast');
    await page().keyboard.press('Escape');
    await rig.heading('Scopes').waitFor();
  });

  it('palette', async () => {
    const second = await spawnApp(rig.session, {
      args: [...demoArguments(rig.sandbox), SHARP, '--palette'],
    });
    await second.exited;
    const palette = await palettePage(rig.tray.app);
    await palette.getByRole('combobox').fill('run');
    await palette.getByRole('option', { name: /run_status/ }).waitFor();
    await picture('palette', palette);
    await palette.keyboard.press('Escape');
    await palette.keyboard.press('Escape');
  });

  it('locked', async () => {
    await rig.button('Lock now').click();
    await rig.button('Unlock').first().waitFor();
    await rig.picture('locked');
    await rig.button('Unlock').first().click();
    await page().getByText(/\d+ h/).first().waitFor();
  });

  it('renewing', async () => {
    const clear = rig.sandbox.addFault({ ...TOKEN, kind: 'slow', milliseconds: 5_000 });
    await rig.row('view_flows').locator('[data-opener]').focus();
    await page().keyboard.press('r');
    await rig.row('view_flows').getByText('renewing', { exact: true }).first().waitFor();
    await rig.picture('renewing');
    clear();
    await rig.row('view_flows').getByText(/\d+ h/).first().waitFor();
  });

  it('expiring', async () => {
    // A life this short counts as expiring from the first second; renewals are refused while we look.
    rig.sandbox.accessTokenSeconds = 66;
    const clear = rig.sandbox.addFault({ ...TOKEN, kind: 'slow', milliseconds: 1 });
    await rig.session.tray?.click(await rig.session.tray.waitForItem(), ['view_flows', 'Renew']);
    await tooltipSays('expiring');
    rig.sandbox.addFault({ ...TOKEN, kind: 'status', status: 503 });
    await rig.picture('expiring');
    clear();
  });

  it('Globus cannot be reached, and no token is left', async () => {
    await rig.button('Lock now').click();
    await rig.button('Unlock').first().waitFor();
    await rig.button('Unlock').first().click();
    await rig.row('view_flows').getByText('offline', { exact: true }).first().waitFor();
    await rig.picture('unreachable');
  });
});
