import { expect, it } from 'vitest';
import { passSignals } from '../../../cli/child/signals.ts';

const ALL = ['SIGINT', 'SIGBREAK', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;

/** What the listeners that it adds do when their signal comes; whoever else listens in this process hears nothing. */
function heard(platform: NodeJS.Platform) {
  const sent: string[] = [];
  const before = new Map(ALL.map((signal) => [signal, process.listeners(signal)]));
  const stop = passSignals((signal) => sent.push(signal), platform);
  const added = ALL.flatMap((signal) =>
    process
      .listeners(signal)
      .filter((listener) => before.get(signal)?.includes(listener) !== true)
      .map((listener) => ({ signal, listener })),
  );
  for (const { signal, listener } of added) listener(signal);
  stop();
  const left = ALL.filter((signal) => process.listenerCount(signal) !== before.get(signal)?.length);
  return { sent, listened: added.map(({ signal }) => signal), left };
}

it('a console of Windows has told the program itself, and to send it one would end it: we wait for it [C50]', () => {
  expect(heard('win32')).toEqual({ sent: [], listened: ['SIGINT', 'SIGBREAK', 'SIGHUP'], left: [] });
});

it('elsewhere the program gets what we get, and nobody listens afterwards [C50]', () => {
  const { sent, listened, left } = heard('linux');
  expect(listened).toEqual(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']);
  expect(sent).toEqual(expect.arrayContaining(['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']));
  expect(left).toEqual([]);
});
