import { describe, expect, it } from 'vitest';
import { allowedExternal, browserOpener } from '../../../main/desktop/external.ts';
import { HELP_PAGES, PREVIEW, PRODUCTION } from '../../../main/globus/environments.ts';
import { DEMO } from '../../support/desktop.ts';

describe('allowedExternal', () => {
  it.each([
    ['https://auth.globus.org/v2/oauth2/authorize?client_id=x', PRODUCTION],
    ['https://app.globus.org/settings/developers', PRODUCTION],
    [HELP_PAGES.flowsScopes, PRODUCTION],
    ['https://auth.preview.globus.org/v2/oauth2/authorize', PREVIEW],
    ['https://app.preview.globus.org/', PREVIEW],
    [HELP_PAGES.consents, PREVIEW],
    ['http://127.0.0.1:4001/v2/oauth2/authorize', DEMO],
    [HELP_PAGES.registerApp, DEMO],
  ])('[C43] opens %s', (url, environment) => {
    expect(allowedExternal(url, environment)).toBe(url);
  });

  it.each([
    ['http://auth.globus.org/', PRODUCTION],
    ['https://auth.globus.org.evil.example/', PRODUCTION],
    ['https://evil.example/https://auth.globus.org/', PRODUCTION],
    ['https://auth.globus.org:8443/', PRODUCTION],
    ['https://user@auth.globus.org/', PRODUCTION],
    ['https://auth.globus.org@evil.example/', PRODUCTION],
    ['https://auth.preview.globus.org/', PRODUCTION],
    ['https://flows.globus.org/', PRODUCTION],
    ['http://127.0.0.1:4001/', PRODUCTION],
    ['http://127.0.0.1:4001/', PREVIEW],
    ['http://127.0.0.1:4002/', DEMO],
    ['http://localhost:4001/', DEMO],
    ['file:///etc/passwd', DEMO],
    ['javascript:alert(1)', DEMO],
    ['ms-settings:', DEMO],
    ['smb://auth.globus.org/', PRODUCTION],
    ['', PRODUCTION],
    ['auth.globus.org', PRODUCTION],
  ])('[C43] refuses %s in %j', (url, environment) => {
    expect(allowedExternal(url, environment)).toBeNull();
  });
});

describe('browserOpener', () => {
  const opener = (environment: typeof PRODUCTION, demoBrowser?: string) => {
    const opened: string[] = [];
    const open = browserOpener({
      environment,
      demoBrowser,
      openExternal: (url) => Promise.resolve(void opened.push(`system ${url}`)),
      run: (command, url) => Promise.resolve(void opened.push(`${command} ${url}`)),
    });
    return { open, opened };
  };

  it('[C43] rejects a foreign address and opens nothing', async () => {
    const { open, opened } = opener(PRODUCTION);
    await expect(open('https://evil.example/')).rejects.toThrow();
    expect(opened).toEqual([]);
  });

  it('[C18] takes another browser command in the demo alone', async () => {
    const demo = opener(DEMO, 'chromium');
    await demo.open('http://127.0.0.1:4001/x');
    expect(demo.opened).toEqual(['chromium http://127.0.0.1:4001/x']);
    const real = opener(PRODUCTION, 'chromium');
    await real.open('https://auth.globus.org/x');
    expect(real.opened).toEqual(['system https://auth.globus.org/x']);
  });
});
