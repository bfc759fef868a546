import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CONTENT_SECURITY_POLICY,
  isPageUrl,
  pageFile,
  servePage,
} from '../../../main/desktop/page-protocol.ts';

let base: string;
let root: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'page-'));
  root = join(base, 'renderer');
  await mkdir(join(root, 'assets'), { recursive: true });
  await writeFile(join(root, 'index.html'), '<p>page</p>');
  await writeFile(join(root, 'assets', 'a.js'), 'let a');
  await writeFile(join(root, '.stamp'), 'x');
  await writeFile(join(base, 'secret.js'), 'secret');
  await mkdir(join(base, 'renderer-other'));
  await writeFile(join(base, 'renderer-other', 'b.js'), 'secret');
});
afterAll(() => rm(base, { recursive: true, force: true }));

describe('servePage', () => {
  it.each([
    ['app://tray/index.html', 'text/html; charset=utf-8', '<p>page</p>'],
    ['app://tray/assets/a.js?v=1#x', 'text/javascript; charset=utf-8', 'let a'],
  ])('[C42] serves %s under the policy', async (url, type, body) => {
    const { statusCode, mimeType, headers, data } = await servePage(root)({ method: 'GET', url });
    expect(statusCode).toBe(200);
    expect(`${mimeType}; charset=utf-8`).toBe(type);
    expect(headers['content-type']).toBe(type);
    expect(headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(data.toString()).toBe(body);
  });

  it.each([
    'app://tray/',
    'app://tray/none.js',
    'app://tray/.stamp',
    'app://tray/../secret.js',
    'app://tray/%2e%2e/secret.js',
    'app://tray/..%2fsecret.js',
    'app://tray/..%2frenderer-other/b.js',
    'app://tray/assets/..%5c..%5csecret.js',
    'app://tray/index.html%00.js',
    'app://tray/%zz.js',
    'app://other/index.html',
    'https://tray/index.html',
  ])('[C43] does not serve %s', async (url) => {
    const { statusCode, headers, data } = await servePage(root)({ method: 'GET', url });
    expect(statusCode).toBe(404);
    expect(headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY);
    expect(data.toString()).not.toContain('secret');
  });

  it('answers GET alone', async () => {
    const { statusCode } = await servePage(root)({ method: 'POST', url: 'app://tray/index.html' });
    expect(statusCode).toBe(404);
  });
});

it('[C42] the policy starts from nothing and allows nothing unsafe', () => {
  expect(CONTENT_SECURITY_POLICY).toMatch(/^default-src 'none';/);
  expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|\*|https?:|connect-src/);
});

it.each([
  ['app://tray/index.html', true],
  ['app://tray/', true],
  ['app://tray:80/', false],
  ['app://tray.evil/', false],
  ['app://evil@tray/', false],
  ['apps://tray/', false],
  ['https://tray/', false],
  ['about:blank', false],
  ['', false],
])('knows whether %s is a page of ours: %s', (url, ours) => {
  expect(isPageUrl(url)).toBe(ours);
});

it.each(['app://tray/a%5cb.js', 'app://tray/a%00.js'])(
  'refuses a separator of Windows and a NUL: %s',
  (url) => {
    expect(pageFile(url, root)).toBeNull();
  },
);

it('never leaves its root, whatever is asked', () => {
  for (const path of ['/..', '//..//x.js', '/a/../../x.js', '/%2e%2e%2f%2e%2e%2fx.js', '/./../x.js']) {
    const file = pageFile(`app://tray${path}`, root);
    expect(file === null || file.startsWith(`${root}/`)).toBe(true);
  }
});
