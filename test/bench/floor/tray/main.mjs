import { app, Menu, nativeImage, Tray } from 'electron';

let tray;
void app.whenReady().then(() => {
  tray = new Tray(nativeImage.createFromBuffer(Buffer.alloc(24 * 24 * 4, 255), { width: 24, height: 24 }));
  tray.setToolTip('floor');
  tray.setContextMenu(Menu.buildFromTemplate([{ label: 'Quit', role: 'quit' }]));
});
