import { test } from 'vitest';
import { PageHost } from './host.ts';
import { appView } from '../support/fake-bridge.ts';
test('x', async () => {
  const host = await PageHost.start();
  const o = await host.open(appView()); const page = o.page;
  const st = () => page.evaluate(() => [document.activeElement?.outerHTML.slice(0, 160), document.querySelector('[role=alertdialog]') !== null, document.querySelector('[role=menu]') !== null]);
  await page.getByRole('button', { name: 'Account and more' }).focus();
  await page.keyboard.press('Enter'); await page.waitForTimeout(300); console.log(await st());
  await page.keyboard.press('End'); await page.waitForTimeout(100); console.log(await st());
  await page.keyboard.press('Enter'); await page.waitForTimeout(400); console.log(await st());
  await page.keyboard.press('Enter'); await page.waitForTimeout(400); console.log(await st());
  await o.close(); await host.stop();
}, 30000);
