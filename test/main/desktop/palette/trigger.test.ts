import { describe, expect, it } from 'vitest';
import { shownTrigger, triggerOf } from '../../../../main/desktop/palette/trigger.ts';

describe('keys that are wished for', () => {
  it.each([
    ['CommandOrControl+Shift+G', 'CTRL+SHIFT+g'],
    ['Control+Alt+J', 'CTRL+ALT+j'],
    ['Super+Space', 'LOGO+space'],
    ['Alt+F4', 'ALT+F4'],
    ['Shift+Insert', 'SHIFT+Insert'],
    ['CommandOrControl+PageUp', 'CTRL+Page_Up'],
    ['CommandOrControl+Plus', 'CTRL+plus'],
    ['CommandOrControl+,', 'CTRL+comma'],
    ['CommandOrControl+7', 'CTRL+7'],
  ])('%s is %s for the desktop', (keys, trigger) => {
    expect(triggerOf(keys)).toBe(trigger);
  });

  it.each(['Command+G', 'AltGr+G', 'Hyper+G', ''])(
    '%j has no name there, so that none are wished for',
    (keys) => {
      expect(triggerOf(keys)).toBeNull();
    },
  );
});

describe('what a desktop says of the keys that it gave', () => {
  it.each([
    ['Ctrl+Alt+G', 'Ctrl+Alt+G'],
    ['Press <Control><Alt>g', 'Ctrl+Alt+G'],
    ['<Super>space drücken', 'Super+space'],
    ['<Primary><Shift>F7', 'Ctrl+Shift+F7'],
    ['  ', ''],
    ['Meta+Ü', 'Meta+Ü'],
  ])('%j is shown as %j', (description, shown) => {
    expect(shownTrigger(description)).toBe(shown);
  });
});
