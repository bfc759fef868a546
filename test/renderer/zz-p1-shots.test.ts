import { afterAll, beforeAll, expect, it } from 'vitest';
import { appView, everyState, groupsOf, groupsOfTwo, groupsWithFlows, ACCOUNTS, PROBLEM } from '../support/fake-bridge.ts';
import { PageHost } from './host.ts';
let host: PageHost;
beforeAll(async () => void (host = await PageHost.start()), 60_000);
afterAll(() => host.stop());
it('shots', async () => {
  const dir = '/tmp/p1shots';
  const shot = async (name: string, view: Parameters<PageHost['open']>[0], o: Parameters<PageHost['open']>[1], use?: (p: Awaited<ReturnType<PageHost['open']>>) => Promise<void>) => {
    const p = await host.open(view, { page: 'palette', width: 560, height: 620, ...o });
    await use?.(p);
    await p.page.waitForTimeout(60);
    await p.page.screenshot({ path: `${dir}/${name}.png` });
    expect(await p.complaints()).toEqual([]);
    await p.close();
  };
  const flows = appView({ groups: groupsWithFlows() });
  for (const dark of [false, true]) {
    const s = dark ? '-dark' : '';
    await shot('flows' + s, flows, { dark });
    await shot('typed' + s, flows, { dark }, async ({ page }) => { await page.keyboard.type('flow'); await page.keyboard.press('ArrowDown'); });
    await shot('states' + s, appView({ groups: groupsOf(everyState()) }), { dark }, async ({ page }) => { await page.keyboard.press('End'); });
    await shot('copied' + s, flows, { dark }, async ({ page }) => { await page.keyboard.type('view'); await page.keyboard.press('Enter'); await page.getByText('Copied').waitFor(); });
    await shot('narrow' + s, appView({ groups: groupsOfTwo(), accounts: ACCOUNTS }), { dark, width: 360 });
  }
  await shot('problem', flows, { answers: { 'scope.copy': { ok: false, problem: PROBLEM } } }, async ({ page }) => { await page.keyboard.press('Enter'); });
  await shot('locked', appView({ locked: true }), {});
  await shot('nomatch', flows, {}, async ({ page }) => { await page.keyboard.type('zzz'); });
  await shot('offline', appView({ groups: groupsWithFlows(), online: false }), {});
  await shot('two', appView({ groups: groupsOfTwo(), accounts: ACCOUNTS }), {}, async ({ page }) => { await page.keyboard.type('grace'); });
}, 60_000);
