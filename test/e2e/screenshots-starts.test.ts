import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest';
import { TUTORIAL_CLIENT_ID } from '../../main/globus/scopes.ts';
import { startSandbox } from '../sandbox/index.ts';
import type { Sandbox } from '../sandbox/types.ts';
import {
  elsewhere,
  picture,
  type PictureRig,
  type PictureRigOptions,
  startPictureRig,
} from '../support/picture-rig.ts';
import { demoArguments } from '../support/tray-app.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

async function opened(options?: PictureRigOptions): Promise<PictureRig> {
  const rig = await startPictureRig(options);
  onTestFinished(() => rig.close());
  return rig;
}

/**
 * What the real app cannot be brought to here: the demo counts as online whatever the network does, and does not update
 * itself; a build that does is at the real Globus, where no test signs in, and shows no settings before that. Both are
 * among the pictures of the page alone (test/renderer/visual.test.ts).
 */
describe('pictures of where the app can find itself', () => {
  it('first run', async () => {
    await elsewhere({}, demoArguments(sandbox, { clientId: null }), async (page) => {
      await page.getByRole('textbox', { name: 'Client ID' }).waitFor();
      await picture('first-run', page);
    });
  });

  it('with the tutorial’s client', async () => {
    const rig = await opened({ clientId: TUTORIAL_CLIENT_ID });
    await rig.signIn();
    await rig.tray.page
      .getByText(/^Tutorial client/)
      .first()
      .waitFor();
    await rig.picture('tutorial');
  });

  it('no keychain', async () => {
    await elsewhere({ keyring: 'none' }, demoArguments(sandbox), async (page) => {
      await page.getByRole('button', { name: 'Try the keychain again' }).waitFor();
      await picture('keychain-none', page);
    });
  });

  it('a keychain that is locked', async () => {
    await elsewhere({ keyring: 'locked' }, demoArguments(sandbox), async (page) => {
      await page.getByRole('button', { name: 'Unlock…' }).waitFor();
      await picture('keychain-locked', page);
    });
  });

  it('no keychain, and everything in memory', async () => {
    const rig = await opened({ keyring: 'none' });
    await rig.button('Keep tokens in memory until quit').click();
    await rig.signIn();
    await rig.picture('memory');
  });

  it('a clock that is not Globus’s', async () => {
    const rig = await opened();
    rig.sandbox.addFault({
      host: 'auth',
      path: '/',
      kind: 'skewed_date',
      milliseconds: 605_000,
    });
    await rig.signIn();
    await rig.tray.page
      .getByText(/^This computer’s clock is/)
      .first()
      .waitFor();
    await rig.picture('clock-skew');
  });
});
