import { describe, expect, it } from 'vitest';
import { brokerProblem } from '../../../main/desktop/notices.ts';
import { trayModel } from '../../../main/desktop/tray-menu.ts';
import { view } from '../../support/desktop.ts';

describe('the broker in the tray', () => {
  const labels = (given: Parameters<typeof trayModel>[0]) =>
    trayModel(given).menu.map((item) => ('label' in item ? item.label : '–'));

  const socket = '/run/user/7/globus-token/broker.sock';
  const broker = { path: socket, denyAll: false, programsToday: 0 };

  it('names the socket while it listens, and only then', () => {
    expect(labels({ ...view([]), broker })).toContain(`Broker on · ${socket}`);
    expect(labels({ ...view([]), broker: { ...broker, path: null } }).join()).not.toContain('Broker');
    expect(labels(view([])).join()).not.toContain('Broker');
  });

  it('says that everything is denied', () => {
    expect(labels({ ...view([]), broker: { ...broker, denyAll: true } })).toContain(
      'Broker denies everything',
    );
  });

  it('[C59] says of a broker that could not start what it means and what to do', () => {
    const problem = brokerProblem('/run/x is held by another program');
    expect(problem).toMatchObject({
      reason: 'broker-not-started',
      detail: '/run/x is held by another program',
    });
    expect(problem.tokens).toContain('copying from the app works');
    expect(brokerProblem(undefined)).not.toHaveProperty('detail');
  });
});
