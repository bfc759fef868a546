import { mount } from 'svelte';
import type { Bridge } from '../../preload/contract.ts';
import { pageClock } from '../page-clock.ts';
import Palette from './palette.svelte';
import { PaletteState } from './palette-state.svelte.ts';

declare global {
  interface Window {
    /** Put there by the preload; the page's only way out. */
    readonly tray: Bridge;
  }
}

const target = document.getElementById('app');
if (target === null) throw new Error('palette.html has no #app');

/** Until there is something to see the page has no height, and the window stays hidden. */
const fit = new ResizeObserver(() => {
  const height = Math.ceil(target.getBoundingClientRect().height);
  // Refused only when the window is gone, and this page with it.
  if (height > 0) window.tray.call('palette.fit', { height }).catch(() => undefined);
});
fit.observe(target);

const palette = new PaletteState(window.tray, pageClock(document));
mount(Palette, { target, props: { palette, mac: navigator.platform.startsWith('Mac') } });
void palette.start();
