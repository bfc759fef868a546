import { describe, expect, test } from 'vitest';
import type { AppView } from '../../preload/contract.ts';
import {
  ACCOUNTS,
  appView,
  BROKER,
  flowScope,
  FLOW_CHOICES,
  groupsOf,
  LOG,
  RULES,
  SCOPE_CHOICES,
  scopes,
} from '../support/fake-bridge.ts';
import type { Answers, OpenPage } from './host.ts';
import { pageHost } from './page-host.ts';
import { openPlace, PLACES } from './places.ts';
import { sideways } from './reach.ts';

const host = pageHost();

/** Everything that other people name, named so; sentences that main has written with a name in them hold its plain text. */
function named(name: string): AppView {
  const plain = name.replaceAll('\u202e', '');
  const accounts = ACCOUNTS.map((account) => ({ ...account, displayName: name }));
  return appView({
    accounts,
    account: { username: 'ada@university.example', displayName: name, initials: 'AL' },
    broker: BROKER,
    groups: [
      ...groupsOf(scopes()),
      {
        id: 'own-flows',
        title: 'My flows',
        note: 'one token for one scope',
        scopes: [
          {
            ...flowScope({ title: plain }, { isolated: false, alsoAllows: [name, 'view_flows'] }),
            name,
            flow: flowScope({ title: name }).flow,
          },
        ],
      },
    ],
    clipboard: { what: `curl for ${plain}`, clearsAt: appView().now + 28_000, duration: 45_000 },
  });
}

function answersOf(name: string): Answers {
  const [scope] = SCOPE_CHOICES;
  const [flow] = FLOW_CHOICES;
  if (scope === undefined || flow === undefined) throw new Error('no choices');
  return {
    'scope.search': { ok: true, value: [{ ...scope, name }] },
    'flow.find': { ok: true, value: [{ ...flow, title: name, subtitle: name, owner: name }] },
    'approvals.list': { ok: true, value: RULES.map((rule) => ({ ...rule, account: name, scope: name })) },
    'audit.list': { ok: true, value: LOG.map((line) => ({ ...line, account: name })) },
  };
}

const NAMES: Record<string, string> = {
  'a hundred characters': 'Nightly transfer of everything the microscope has seen, '.repeat(2).slice(0, 100),
  'one unbroken word': 'x'.repeat(100),
  Arabic: 'تشغيل التدفق اليومي من المجهر إلى الأرشيف',
  Hebrew: 'גיבוי לילי (abc) של המיקרוסקופ',
  emoji: '🔬🗄️ Nightly 👩🏽‍🔬 → 🗃️',
};

const PARTS = [
  'a detail with everything open',
  'the dialog that adds a scope',
  'the accounts menu',
  'the accounts',
  'the approvals',
  'the audit log',
  'choosing scopes',
  'the palette',
];

async function at(title: string, name: string, width: number, height = 640): Promise<OpenPage> {
  const place = PLACES.find((one) => one.title === title);
  if (place === undefined) throw new Error(`no place ${title}`);
  const detail = title === 'a detail with everything open';
  return openPlace(
    host,
    {
      ...place,
      view: named(name),
      go: detail ? (page) => page.locator('[data-opener]').last().click() : place.go,
    },
    { width, height, answers: answersOf(name) },
  );
}

describe.each(Object.entries(NAMES))('[C58] named with %s', (_kind, name) => {
  test.each(PARTS)('%s stays within the window', async (title) => {
    const opened = await at(title, name, 360);
    for (const [width, height] of [
      [360, 560],
      [180, 320],
    ] as const) {
      await opened.page.setViewportSize({ width, height });
      await expect.poll(() => sideways(opened), { message: `${width}` }).toEqual([]);
    }
    expect(await opened.complaints()).toEqual([]);
    await opened.close();
  });

  test('a row that is open shows the whole name', async () => {
    const opened = await at('a detail with everything open', name, 360);
    const row = opened.page.locator('li.open .name');
    expect((await row.innerText()).trim()).toBe(name.trim());
    expect(await row.evaluate((node) => node.scrollWidth <= node.clientWidth)).toBe(true);
    await opened.close();
  });

  test('the row keeps its order: ring, name, time, button', async () => {
    const opened = await at('a detail with everything open', name, 480);
    const order = await opened.page
      .locator('[data-opener]')
      .last()
      .evaluate((opener) => {
        const row = opener.parentElement;
        return ['svg', '.names', '.right', '.copy'].map(
          (part) => row?.querySelector(part)?.getBoundingClientRect().left ?? -1,
        );
      });
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
    await opened.close();
  });
});

/** U+202E turns round what follows it, to the end of what it is isolated in. */
const TURNER = `Turn\u202eme round`;

/**
 * Words of ours that share a paragraph, in the sense of the bidirectional algorithm, with what others wrote: those
 * it could turn round.
 */
function mixed({ page }: OpenPage, name: string): Promise<string[]> {
  return page.evaluate((theirs) => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = new Set<string>();
    while (walk.nextNode() !== null) {
      const node = walk.currentNode;
      if (node.textContent?.includes('\u202e') !== true || node.parentElement === null) continue;
      let box: Element = node.parentElement;
      if (box.closest('script, style') !== null) continue;
      for (;;) {
        const { unicodeBidi, display } = getComputedStyle(box);
        if (unicodeBidi.includes('isolate') || unicodeBidi === 'plaintext' || display !== 'inline') break;
        if (box.parentElement === null) break;
        box = box.parentElement;
      }
      // Nobody sees the order of what is only heard.
      if (box.closest('.visually-hidden') !== null) continue;
      // What is isolated in the paragraph has its own order.
      const copy = box.cloneNode(true) as Element;
      for (const inner of copy.querySelectorAll('bdi, [dir], .visually-hidden')) inner.remove();
      const words = copy.textContent ?? '';
      const rest = (words.includes('\u202e') ? words : '')
        .replaceAll(theirs, '')
        .replaceAll('view_flows', '')
        .trim();
      if (/[\p{L}\d]/u.test(rest)) found.add(`${box.tagName}.${box.className}: ${rest.slice(0, 60)}`);
    }
    return [...found];
  }, name);
}

describe('[C58] a name that holds a bidirectional override', () => {
  test.each([...PARTS, 'the question before isolating', 'the question before revoking'])(
    '%s: turns none of our words round',
    async (title) => {
      const opened = await at(title, TURNER, 400);
      expect(await mixed(opened, TURNER)).toEqual([]);
      await opened.close();
    },
  );

  test('is found where it is not isolated', async () => {
    const opened = await at('the accounts', TURNER, 400);
    await opened.page.evaluate((name) => document.querySelector('h1')?.append(` of ${name}, in use`), TURNER);
    expect(await mixed(opened, TURNER)).toHaveLength(1);
    await opened.close();
  });
});
