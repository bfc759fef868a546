import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flowScope } from '../../main/globus/flow-scope.ts';
import type { Bridge } from '../../preload/contract.ts';
import { INACTIVE_RUN_ID, TRANSFER_FLOW_ID } from '../sandbox/flows/seed.ts';
import { TRANSFER_ALL } from '../support/native-app.ts';
import { GRACE, HEIGHT, type PictureRig, startPictureRig } from '../support/picture-rig.ts';

const FLOW = flowScope(TRANSFER_FLOW_ID);
const TOKEN = { host: 'auth', path: '/v2/oauth2/token' } as const;

let rig: PictureRig;
beforeAll(async () => {
  rig = await startPictureRig();
});
afterAll(() => rig.close());

const page = () => rig.tray.page;
const flow = () => page().locator(`li[data-scope="${FLOW}"]`);
const openers = () => page().locator('[data-opener]');

function addScope(scope: string): Promise<unknown> {
  return page().evaluate(
    (added) => (window as unknown as { tray: Bridge }).tray.call('scope.add', { scope: added }),
    scope,
  );
}

// One story: each part starts where the one before it ended.
describe('pictures of the list, and of what becomes of its rows', { sequential: true }, () => {
  it('less than was asked for, and the row that needs a consent', async () => {
    const clear = rig.sandbox.addFault({ ...TOKEN, kind: 'fewer_scopes' });
    await rig.answerAfter(() => rig.button(/^Sign in$/).click());
    await rig.button('Show my scopes').waitFor();
    clear();
    await rig.picture('summary-less');
    await rig.toTheList();
    await rig.picture('needs-consent');
  });

  it('an authorization for each scope, in one trip', async () => {
    await rig.fromMenu('Isolate all…');
    // The browser goes from one consent to the next, and nobody answers the second.
    await rig.answerAfter(() => rig.button('Isolate all').click());
    await page()
      .getByText(/^Step 2 of/)
      .waitFor();
    await rig.picture('step');
    await rig.button('Cancel').click();
    await rig.toTheList();
  });

  it('a sign-in that Globus ended', async () => {
    rig.sandbox.addFault({ ...TOKEN, kind: 'invalid_grant_400', times: 1 });
    await rig.row('view_flows').locator('[data-opener]').focus();
    await page().keyboard.press('r');
    await rig.button('Dismiss').waitFor();
    await rig.picture('ended');
    await rig.button('Dismiss').click();
  });

  it('not copied', async () => {
    // Everything is real but the clipboard, which is as deaf as Wayland’s can be to a hidden program.
    await rig.tray.app.evaluate(({ clipboard }) => {
      const kept = clipboard.writeText.bind(clipboard);
      clipboard.writeText = () => Promise.resolve();
      Object.assign(globalThis, { listen: () => Object.assign(clipboard, { writeText: kept }) });
    });
    const { tray } = rig.session;
    await tray?.click(await tray.waitForItem(), ['run_status', 'Copy header']);
    await rig.heading('That was not copied').waitFor();
    await rig.picture('not-copied');
    await rig.tray.app.evaluate(() => (globalThis as unknown as { listen: () => void }).listen());
    await page().keyboard.press('Enter');
    await rig.button('Clear now').click();
    await page().keyboard.press('Escape');
  });

  it('a flow with a scope of its own and values to fill in', async () => {
    await addScope(TRANSFER_ALL);
    await rig.button('Add a scope or a flow').click();
    await page().getByRole('group', { name: 'What to add' }).getByText('Flows').click();
    await page()
      .getByRole('searchbox', { name: /^Flow ID/ })
      .fill('transfer');
    await rig.button('Search').click();
    await rig.button('Add Multi Step Transfer').click();
    await rig.picture('add-flow');
    await rig.button('Done').click();
    await flow()
      .getByRole('button', { name: /^(?:Review consent|Sign in) for/ })
      .click();
    await rig.picture('choose');
    await rig.answerAfter(() =>
      rig
        .button(/^Sign in/)
        .last()
        .click(),
    );
    await rig.toTheList();
    await rig.picture('with-flows');
    await flow().locator('[data-opener]').click();
    await flow().getByRole('combobox', { name: 'Request' }).selectOption('flow-resume');
    await flow().getByRole('textbox', { name: /run/i }).fill(INACTIVE_RUN_ID);
    await flow().getByRole('button', { name: 'Show recent runs' }).click();
    await flow().getByText('INACTIVE').first().waitFor();
    await flow().getByText('Collections and its scope').click();
    await flow().evaluate((node) => node.scrollIntoView());
    await rig.picture('flow');
    // All of it: the detail of a flow is longer than the window is high.
    await rig.resize(1_500);
    await flow().evaluate((node) => node.scrollIntoView());
    await rig.picture('flow-all');
    await rig.resize(HEIGHT);
    await page().keyboard.press('Escape');
  });

  it('two accounts, and where one switches between them', async () => {
    await rig.button(/^Accounts:/).click();
    await rig.answerAfter(
      () => page().getByRole('menuitem', { name: 'Add an account…' }).click(),
      'allow',
      GRACE,
    );
    await rig.toTheList();
    await page().getByText(GRACE).first().waitFor();
    await rig.picture('two-accounts');
    await rig.button(/^Accounts:/).click();
    await page().getByRole('menuitemradio').nth(1).waitFor();
    await rig.picture('accounts-menu');
    await page().getByRole('menuitem', { name: 'Manage accounts' }).click();
    await rig.heading('Accounts').waitFor();
    await rig.picture('accounts');
    await page().keyboard.press('Escape');
    await page().getByRole('search').waitFor();
  });

  it('a filter that nothing matches', async () => {
    await page().getByRole('searchbox', { name: 'Filter scopes' }).fill('hpss');
    await rig.button('Clear the filter').waitFor();
    await rig.picture('no-match');
    await rig.button('Clear the filter').click();
  });

  it('taken off, and nothing left', async () => {
    await openers().first().focus();
    await page().keyboard.press('Delete');
    await rig.button('Undo').waitFor();
    await rig.picture('undo');
    for (let left = await openers().count(); left > 0; left = await openers().count()) {
      await openers().first().focus();
      await page().keyboard.press('Delete');
      await expect.poll(() => openers().count()).toBeLessThan(left);
    }
    await rig.heading('Nothing is on the list').waitFor();
    await rig.picture('empty');
  });
});
