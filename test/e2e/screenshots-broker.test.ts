import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { picture, type PictureRig, SHARP, startPictureRig } from '../support/picture-rig.ts';
import { asked, press } from '../support/prompt-press.ts';
import { startTrayApp } from '../support/tray-app.ts';
import { runScript, socketOf } from '../support/tray-rig.ts';

let rig: PictureRig;
beforeAll(async () => {
  rig = await startPictureRig();
});
afterAll(() => rig.close());

const page = () => rig.tray.page;

/** A script asks, and gets that answer. */
async function answered(script: string, scope: string, choice: string): Promise<number> {
  const { prompt, status } = await asked(rig.tray.app, () => ({
    status: runScript(rig.session, script, scope),
  }));
  await press(prompt, choice);
  return status;
}

// One story: each part starts where the one before it ended.
describe('pictures of what scripts ask, and of what they were answered', { sequential: true }, () => {
  it('nobody has asked yet', async () => {
    await rig.signIn();
    await rig.button('Approvals').click();
    await rig.heading('Approvals').waitFor();
    await rig.picture('approvals-none');
  });

  it('approvals, audit', async () => {
    expect(await answered('watch-runs.sh', 'run_status', 'always')).toBe(200);
    expect(await answered('nightly.sh', 'view_flows', 'ten-minutes')).toBe(200);
    expect(await answered('other.sh', 'all', 'never')).toBe(403);
    expect(await runScript(rig.session, 'watch-runs.sh', 'run_status')).toBe(200);
    await page()
      .getByRole('button', { name: /^Revoke/ })
      .nth(2)
      .waitFor();
    await rig.picture('approvals');
    await rig.button('Audit').click();
    const log = page().getByRole('list', { name: 'Audit log, newest first' });
    await log.getByText('a rule allows it').waitFor();
    await rig.picture('audit');
  });

  it('denying everything', async () => {
    await rig.button('Approvals').click();
    await page().getByRole('switch', { name: 'Deny everything' }).click();
    await page().getByText('Broker denies everything').waitFor();
    await rig.picture('denying');
    await page().getByRole('switch', { name: 'Deny everything' }).click();
    await page()
      .getByText(/Broker on/)
      .waitFor();
  });

  it('sockets for scripts', async () => {
    await rig.button(/^Broker on/).click();
    await rig.heading('Scripts').waitFor();
    await page().getByRole('switch', { name: 'Programs for oidc-agent' }).click();
    await page()
      .getByText(/^export OIDC_SOCK=/)
      .waitFor();
    await rig.picture('scripts-oidc');
  });

  it('a socket that another program holds', async () => {
    await rig.tray.close();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(socketOf(rig.session), resolve));
    const tray = await startTrayApp(rig.session, rig.sandbox, { args: [SHARP] });
    try {
      await tray.page.getByText('Scripts cannot ask for tokens now').first().waitFor();
      await tray.page.getByText(/\d+ h/).first().waitFor();
      await picture('broker-off', tray.page);
    } finally {
      await tray.close();
      await new Promise((resolve) => other.close(resolve));
    }
  });
});
