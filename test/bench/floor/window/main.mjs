import { app, BrowserWindow, Menu, nativeImage, Tray } from 'electron';

let tray;
app.on('window-all-closed', () => {});
void app.whenReady().then(() => {
  tray = new Tray(nativeImage.createFromBuffer(Buffer.alloc(24 * 24 * 4, 255), { width: 24, height: 24 }));
  tray.setContextMenu(Menu.buildFromTemplate([{ label: 'Quit', role: 'quit' }]));
  const window = new BrowserWindow({ width: 400, height: 640, show: false });
  window.once('ready-to-show', () => window.show());
  void window.loadURL('data:text/html,<title>floor</title><p>floor');
});
