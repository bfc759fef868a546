import { test, beforeAll, afterAll } from 'vitest';
import { PageHost } from './host.ts';
import { STATES, appView } from '../support/fake-bridge.ts';
let host: PageHost;
beforeAll(async () => { host = await PageHost.start(); }, 60_000);
afterAll(() => host.stop());
test('shots', async () => {
  for (const dark of [false, true]) for (const [name, view] of Object.entries(STATES)) {
    const p = await host.open(view, { dark });
    await p.page.screenshot({ path: `/tmp/shots/${dark ? 'd' : 'l'}-${name.replaceAll(' ', '-')}.png` });
    await p.close();
  }
  for (const name of ['first run','signed out','waiting','paste a code','every scope state','everything at once','long names','no keychain']) {
    const view = STATES[name]!;
    let p = await host.open(view, { width: 360, height: 560 });
    await p.page.screenshot({ path: `/tmp/shots/n-${name.replaceAll(' ', '-')}.png` }); await p.close();
    p = await host.open(view, { width: 400, height: 640, zoom: 2 });
    await p.page.screenshot({ path: `/tmp/shots/z-${name.replaceAll(' ', '-')}.png`, fullPage: true }); await p.close();
  }
  for (const dark of [false, true]) {
    const k = dark ? 'xd' : 'xl';
    const p = await host.open(appView(), { dark });
    await p.page.getByRole('button', { name: /^view_flows/ }).click();
    await p.page.mouse.move(0, 0);
    await p.page.screenshot({ path: `/tmp/shots/${k}-detail.png` });
    await p.page.keyboard.press('?'); await p.page.getByRole('dialog').waitFor();
    await p.page.screenshot({ path: `/tmp/shots/${k}-keys.png` }); await p.page.keyboard.press('Escape');
    await p.page.getByRole('button', { name: 'Account and more' }).click();
    await p.page.getByRole('menu').waitFor();
    await p.page.screenshot({ path: `/tmp/shots/${k}-menu.png` });
    await p.page.getByRole('menuitem', { name: /Sign out/ }).click();
    await p.page.getByRole('alertdialog').waitFor();
    await p.page.screenshot({ path: `/tmp/shots/${k}-out.png` });
    await p.page.getByRole('button', { name: 'Stay signed in' }).click();
    await p.page.getByRole('button', { name: /^all/ }).click();
    await p.page.screenshot({ path: `/tmp/shots/${k}-all.png` });
    console.log(await p.complaints());
    await p.close();
  }
}, 180_000);
