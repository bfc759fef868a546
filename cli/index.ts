import { start } from './start.ts';

// As little as that, because a Node that is too old reads it before it is sent away (launcher/new-enough.cjs).
start(import.meta.dirname);
