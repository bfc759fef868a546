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

const prompt = new PromptState(window.prompter, pageClock(document), () => window.close());

/** Until the text is there the page has no height, and the window stays hidden. */
const fit = new ResizeObserver(() => {
  const height = Math.ceil(target.getBoundingClientRect().height);
  if (height === 0) return;
  // Refused only when the question is over, and this page with it.
  window.prompter.fit(height).then(
    () => prompt.shown(),
    () => undefined,
  );
});
fit.observe(target);

mount(Prompt, { target, props: { prompt } });
void prompt.start();
