import { mount } from 'svelte';
import type { Bridge } from '../preload/contract.ts';
import App from './app.svelte';
import { pageClock } from './page-clock.ts';
import { TrayStore } from './store.svelte.ts';

declare global {
  interface Window {
    /** Put there by the preload; the page's only way out. */
    readonly tray: Bridge;
  }
}

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');

const store = new TrayStore(window.tray, pageClock(document));
mount(App, { target, props: { store } });
void store.start();
