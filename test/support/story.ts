import type { Page } from 'playwright-core';

/** What is beside the app on the drawn desktop. */
export type Beside =
  | { kind: 'nothing' }
  | { kind: 'browser'; address: string; picture: Buffer }
  | { kind: 'window'; picture: Buffer }
  | { kind: 'terminal'; text: string };

export interface Scene {
  /** One line under the windows. */
  caption: string;
  /** A picture of the app's window. */
  app: Buffer;
  beside: Beside;
}

export const STORY_SIZE = { width: 1000, height: 640 };

/** One frame: pictures of real windows put side by side; what a terminal said is drawn as text. */
export async function drawScene(page: Page, scene: Scene): Promise<Buffer> {
  await page.setViewportSize(STORY_SIZE);
  await page.setContent(`<style>${STYLE}</style>
    <main><img src="${dataUrl(scene.app)}" width="320">${besideOf(scene.beside)}</main>
    <p>${escaped(scene.caption)}</p>`);
  return page.screenshot({ animations: 'disabled' });
}

function besideOf(beside: Beside): string {
  switch (beside.kind) {
    case 'nothing':
      return '';
    case 'window':
      return `<div class="beside window plain"><img src="${dataUrl(beside.picture)}"></div>`;
    case 'browser':
      return `<div class="beside window"><header>${escaped(beside.address)}</header>
        <img src="${dataUrl(beside.picture)}"></div>`;
    case 'terminal':
      return `<div class="beside window"><header>Terminal</header><pre>${escaped(beside.text)}</pre></div>`;
  }
}

function dataUrl(picture: Buffer): string {
  return `data:image/png;base64,${picture.toString('base64')}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

const STYLE = `
  * { box-sizing: border-box; margin: 0 }
  body { height: 640px; padding: 28px 36px; font: 15px system-ui, sans-serif; color: #17191e;
    background: linear-gradient(135deg, #d3deee, #aebdd4) }
  main { display: flex; gap: 28px; height: 512px; justify-content: center }
  main > img { border-radius: 10px; box-shadow: 0 8px 28px #17191e44; height: 512px }
  .beside { flex: 1; min-width: 0 }
  .window { align-self: center; border-radius: 10px; overflow: hidden; background: #17191e; color: #e8eaee;
    box-shadow: 0 8px 28px #17191e44 }
  .plain { flex: none; width: 420px }
  .window header { padding: 8px 14px; background: #2a2e37; color: #c3c8d2; font-size: 13px;
    white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
  .window img { display: block; width: 100% }
  .window pre { min-height: 300px; max-height: 440px; padding: 14px; overflow: hidden; white-space: pre-wrap;
    word-break: break-all; font: 12.5px/1.5 ui-monospace, monospace }
  p { padding-top: 20px; text-align: center; font-size: 17px; font-weight: 600 }
`;
