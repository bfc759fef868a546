import { expect, it } from 'vitest';
import { CopiedNotices } from '../../../../main/desktop/notifications/copied.ts';
import type { ClipboardView } from '../../../../preload/contract.ts';
import { NoticeScreen } from '../../../support/notices.ts';

const clipboard: ClipboardView = { what: 'curl for view_flows', clearsAt: 1_000, duration: 45_000 };

function setup() {
  const screen = new NoticeScreen();
  const sight = { windows: false };
  const notices = new CopiedNotices({ ...screen.effects, inSight: () => sight.windows });
  return { screen, sight, notices };
}

it('[C37] names what was copied and when it goes, quietly, with a way to clear it now', () => {
  const { screen, notices } = setup();
  notices.look({ clipboard });
  notices.look({ clipboard: { ...clipboard } });
  expect(screen.shown).toEqual([
    { title: 'Copied curl for view_flows', body: 'Clears in 45 s.', action: 'Clear now', quiet: true },
  ]);
  screen.clicks[0]?.action();
  screen.clicks[0]?.click();
  expect(screen.acts).toEqual([{ kind: 'clear-clipboard' }, { kind: 'open' }]);
});

it('is gone with the copy, and with the next one', () => {
  const { screen, notices } = setup();
  notices.look({ clipboard });
  notices.look({ clipboard: { ...clipboard, clearsAt: 2_000 } });
  expect(screen.takenBack).toEqual([0]);
  notices.look({ clipboard: null });
  expect(screen.takenBack).toEqual([0, 1]);
});

it('offers nothing to clear where there is no token', () => {
  const { screen, notices } = setup();
  notices.look({ clipboard: { ...clipboard, tokenFree: true } });
  expect(screen.shown).toMatchObject([{ action: null, quiet: true }]);
  expect(screen.shown[0]?.body).toContain('nothing to clear');
});

it('leaves it to a window that can be seen, also when that closes', () => {
  const { screen, sight, notices } = setup();
  sight.windows = true;
  notices.look({ clipboard });
  sight.windows = false;
  notices.look({ clipboard });
  expect(screen.shown).toEqual([]);
});

it('says nothing when it is switched off', () => {
  const { screen, notices } = setup();
  screen.enabled = false;
  notices.look({ clipboard });
  notices.stop();
  expect(screen.shown).toEqual([]);
});
