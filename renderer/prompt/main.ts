import { mount } from 'svelte';
import type { PromptBridge } from '../../preload/prompt-contract.ts';
import { pageClock } from '../page-clock.ts';
import Prompt from './prompt.svelte';
import { PromptState } from './prompt-state.svelte.ts';

declare global {
  interface Window {
    /** Put there by the prompt's preload; the page's only way out. */
    readonly prompter: PromptBridge;
  }
}

const target = document.getElementById('app');
if (target === null) throw new Error('prompt.html has no #app');

/** Until the text is there the page has no height, and the window stays hidden. */
const fit = new ResizeObserver(() => {
  const height = Math.ceil(target.getBoundingClientRect().height);
  // Refused only when the question is over, and this page with it.
  if (height > 0) window.prompter.fit(height).catch(() => undefined);
});
fit.observe(target);

const prompt = new PromptState(window.prompter, pageClock(document), () => window.close());
mount(Prompt, { target, props: { prompt } });
void prompt.start();
