import { test, expect } from 'vitest';
import { startDesktopSession, processesOf } from '../support/desktop-session.ts';
import { spawnApp, launchApp } from '../support/electron-app.ts';
test('x', async () => {
  let t=performance.now(); const lap=(n:string)=>{console.log(n, Math.round(performance.now()-t)); t=performance.now();};
  const s = await startDesktopSession(); lap('session');
  const app = await spawnApp(s, { folder: '/tmp/floor' });
  const item = await s.tray!.waitForItem(); lap('item');
  console.log(item, await s.tray!.tooltip(item), (await s.tray!.iconPixmap(item)).map(p=>[p.width,p.height,p.argb.length]), JSON.stringify(await s.tray!.menu(item)));
  await s.tray!.click(item, ['view_flows','Quit']);
  console.log('exit', await app.exited); lap('quit'); await app.close();
  const a = await launchApp(s, {folder:'/tmp/floor'}); const w = await a.firstWindow(); console.log(await w.title(), await w.content()); lap('launch'); await a.close(); lap('close');
  console.log(await processesOf(s.home));
  await s.close(); lap('close');
  console.log(await processesOf(s.home));
}, 60000);
