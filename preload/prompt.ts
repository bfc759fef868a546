import { contextBridge, ipcRenderer } from 'electron';
import { promptChannel, type PromptBridge, type PromptCalls } from './prompt-contract.ts';

const bridge: PromptBridge = {
  view: () => ipcRenderer.invoke(promptChannel('view'), null) as Promise<PromptCalls['view']['answer']>,
  answer: (question, choice) =>
    ipcRenderer.invoke(promptChannel('answer'), { question, choice }) as Promise<
      PromptCalls['answer']['answer']
    >,
  fit: (height) => ipcRenderer.invoke(promptChannel('fit'), { height }) as Promise<null>,
};

contextBridge.exposeInMainWorld('prompter', bridge);
