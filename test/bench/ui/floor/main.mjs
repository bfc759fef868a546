import { app, BrowserWindow, clipboard, globalShortcut, Menu, nativeImage, Tray } from 'electron';

/** The least that can be clicked, shown, copied and called by keys: no page, no store, no agent. */
const PAGE = 'data:text/html,<title>floor</title><p>floor';
/** Copies by itself, as any page may on a key that a person pressed. */
const COPIER = `data:text/html,<title>copier</title><input id="text"><script>
  let copies = 0;
  document.onkeydown = ({ key }) => {
    if (key !== 'h') return;
    text.value = 'floor ' + (copies += 1);
    text.select();
    document.execCommand('copy');
    return false;
  };
</script>`;
let tray;
/** @type {BrowserWindow | null} */
let search = null;
let copies = 0;

/** @param {string} page */
function open(page) {
  const window = new BrowserWindow({ width: 400, height: 640, show: false });
  window.once('ready-to-show', () => window.show());
  void window.loadURL(page);
}

function copy() {
  copies += 1;
  void clipboard.writeText(`floor ${copies}`);
}

function toggle() {
  if (search?.isVisible()) return search.hide();
  if (search !== null) return search.show();
  const made = new BrowserWindow({ width: 560, height: 300, show: false, frame: false, skipTaskbar: true });
  search = made;
  made.once('ready-to-show', () => made.show());
  void made.loadURL(PAGE);
}

app.on('window-all-closed', () => {});
void app.whenReady().then(() => {
  tray = new Tray(nativeImage.createFromBuffer(Buffer.alloc(24 * 24 * 4, 255), { width: 24, height: 24 }));
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: 'Open', click: () => open(PAGE) },
      { label: 'Open copier', click: () => open(COPIER) },
      { label: 'Copy', click: copy },
      { label: 'Quit', role: 'quit' },
    ]),
  );
  globalShortcut.register('Control+G', toggle);
});
