import { describe, expect, it } from 'vitest';
import { REFUSED, FLAGS, SHORT, VALUED } from '../../../cli/curl/options.ts';
import { isAtLeast } from '../../../cli/curl/program.ts';
import { curlWords } from '../../../cli/curl/run.ts';
import { addressOf, checkShape, mayHaveToken } from '../../../cli/curl/target.ts';
import { readWords, TRACE_PIPE } from '../../../cli/curl/words.ts';
import { Failure } from '../../../cli/failure.ts';

const read = (...words: string[]) => readWords('view_flows', words);
const HOME = ['https://flows.automate.globus.org', 'https://flows.globus.org'];

describe('the words behind the scope', () => {
  it('are told apart as curl does: clusters, attached values, values that look like options', () => {
    expect(read('-sSvXPOST', '/a', '-o', '-', '-d', '--data', '-H', '-x', '--').words).toEqual([
      ...['-s', '-S', '-v', '-X', 'POST', '-o', '-', '-d', '--data', '-H', '-x'],
    ]);
    expect(read('-LG', '--', '/a')).toMatchObject({ target: '/a', words: ['-L', '-G'], follows: true });
  });

  it('are never curl’s own -q twice, nor a -v that dumps what it sends', () => {
    expect(read('/a', '-qsvvvv').words).toEqual(['-s', '-v']);
  });

  it('leave where traces and stderr go to us', () => {
    expect(read('/a', '--trace', 'x', '--stderr', 'y', '--trace-ascii', '-')).toMatchObject({
      words: ['--trace', TRACE_PIPE, '--trace-ascii', TRACE_PIPE],
      trace: { kind: 'ascii', to: '-' },
      stderr: 'y',
    });
  });

  it.each([
    ['--cacert', '--connect-to'],
    ['--cacert', '--resolve'],
    ['--capath', '--proxy'],
    ['--cacert', '-x'],
    ['--capath', '--socks5-hostname'],
  ])('[C17] name no authority of their own (%s) for a server of their own (%s)', (own, elsewhere) => {
    expect(() => read('/a', elsewhere, 'b', own, 'c')).toThrow(Failure);
    expect(read('/a', own, 'c').words).toEqual([own, 'c']);
    expect(read('/a', elsewhere, 'b').words).toEqual([elsewhere, 'b']);
  });

  it.each([
    [true, ['-d', '@-']],
    [true, ['-T', '-']],
    [true, ['-T.']],
    [true, ['-F', 'a=@-']],
    [true, ['-F', 'a=<-;type=text/plain']],
    [true, ['--json', '@-']],
    [true, ['-H', '@-']],
    [true, ['--data-urlencode', 'a@-']],
    [true, ['-d', '@/dev/stdin']],
    [false, ['-d', 'a-b', '-o', '-', '-T', 'file']],
  ])('tell whether stdin is sent: %s for %j', (reads, words) => {
    expect(read('/a', ...words).readsStdin).toBe(reads);
  });

  it.each([
    ...['-k', '--insecure', '-sk', '-K', '--config', '--location-trusted', '--libcurl', '--next', '-:'],
    ...['--url', '-u', '-uada:secret', '--oauth2-bearer', '--netrc', '-n', '--unix-socket', '--proto'],
    ...['--insec', '--opt=value', '--expand-url', '--variable', '-Z', '-V', '--constructor', '-\u0007'],
    ...['--no-insecure', '--no-', '--', '---'].slice(0, 2),
  ])('are refused by name, with what to do instead: %j', (word) => {
    expect(() => read('/flows', word, 'value')).toThrow(
      expect.objectContaining({
        exit: 'usage',
        next: 'globus-token header view_flows | curl -H @- …',
        message: expect.stringMatching(/^-[!-~]+ is not taken: [^\n]+\.$/) as string,
      }) as Error,
    );
  });

  it.each([
    [[], 'needs a path or URL'],
    [['/a', '/b'], 'takes one path or URL'],
    [['/a', '-o'], '-o needs a value'],
    [['/a', '--data'], '--data needs a value'],
    [['/a', '-H', 'authorization: Basic x'], 'An Authorization header is not taken'],
    [['/a', '-HAuthorization;'], 'An Authorization header is not taken'],
  ])('are refused when they make no sense: %j', (words, why) => {
    expect(() => read(...words)).toThrow(why);
  });

  it('know each option once', () => {
    const all = [...FLAGS, ...VALUED, ...Object.keys(REFUSED)];
    expect(new Set(all).size).toBe(all.length);
    for (const name of Object.values(SHORT)) expect([...all, 'disable']).toContain(name);
  });
});

describe('what curl is run with', () => {
  const words = (url: string, ...given: string[]) =>
    curlWords({ url, words: read('/a', ...given) }, { trace: 7 }, '@/dev/fd/4').join(' ');

  it('begins with -q, and follows redirects to nothing less safe', () => {
    expect(words('https://flows.globus.org/a', '-s')).toBe(
      '-q -H @/dev/fd/4 -s --url https://flows.globus.org/a',
    );
    expect(words('https://flows.globus.org/a', '-Ls')).toContain(' -L -s --proto-redir =https --url ');
    expect(words('http://127.0.0.1:9/a', '--location')).toContain(' --location --proto-redir =http,https ');
    expect(words('https://flows.globus.org/a', '--trace', 'x')).toContain(' --trace /dev/fd/7 ');
  });
});

describe('the address [C17]', () => {
  const address = (target: string) => addressOf('view_flows', HOME, target);

  it('is a path on the usual host, or a URL on a host of the service', () => {
    expect(address('/flows?a=b')).toBe(`${HOME[0]}/flows?a=b`);
    expect(address('//evil.example/x')).toBe(`${HOME[0]}//evil.example/x`);
    expect(address('HTTPS://Flows.Globus.org/flows')).toBe(`${HOME[1]}/flows`);
    expect(address('https://flows.globus.org:443?a=b')).toBe(`${HOME[1]}?a=b`);
    expect(address('https://flows.globus.org')).toBe(HOME[1]);
  });

  it.each([
    ['another host', 'https://evil.example/flows', 'https://evil.example'],
    ['another port', 'https://flows.globus.org:8443/', 'https://flows.globus.org:8443'],
    ['plain http', 'http://flows.globus.org/', 'http://flows.globus.org'],
    ['digits behind the port', 'https://flows.globus.org:4430/', 'https://flows.globus.org:4430'],
    [
      'a host that goes on',
      'https://flows.globus.org.evil.example/',
      'https://flows.globus.org.evil.example',
    ],
    ['the host as a user', 'https://flows.globus.org@evil.example/', 'https://evil.example'],
    ['a password', 'https://flows.globus.org:443@evil.example/', 'https://evil.example'],
    [
      'a user of the right host',
      'https://me:pw@flows.globus.org/',
      'an address that programs read in two ways',
    ],
    ['a backslash', 'https://flows.globus.org\\@evil.example/', 'an address that programs read in two ways'],
    ['a tab', 'https://flows.globus.org\t.evil.example/', 'https://flows.globus.org.evil.example'],
    ['braces', 'https://flows.globus.org{,.evil.example}/', 'https://flows.globus.org{,.evil.example}'],
    ['full-width letters', 'https://ｆlows.globus.org/', 'an address that programs read in two ways'],
  ])('is refused with both hosts for %s', (_what, url, shown) => {
    expect(() => address(url)).toThrow(
      `A token for view_flows is for ${HOME.join(' or ')}, not for ${shown}; it stays home.`,
    );
  });

  it.each([
    ['https://flows.globus.org', true],
    ['https://flows.globus.org:8443', true],
    ['http://127.0.0.1:9', true],
    ['http://localhost:9', true],
    ['http://flows.globus.org', false],
    ['http://127.0.0.1.evil.example', false],
    ['http://127.0.0.1:9@evil.example', false],
    ['https://me@evil.example', false],
    ['https://evil.example/x', false],
    ['file://localhost', false],
    ['', false],
  ])('the agent’s word for the origin %s: %s', (origin, may) => {
    expect(mayHaveToken(origin)).toBe(may);
  });

  it('is refused when no host is known', () => {
    expect(() => addressOf('x', [], '/a')).toThrow('is not known, so it stays home');
  });

  it.each([
    'flows',
    'ftp://flows.globus.org/',
    'file:///etc/passwd',
    '-',
    'flows.globus.org/flows',
    'https://',
    '',
  ])('is none: %j', (target) => {
    expect(() => checkShape('view_flows', target)).toThrow(Failure);
  });
});

it.each([
  [true, '7.58.0'],
  [true, '7.88.1'],
  [true, '8.0.0'],
  [false, '7.57.9'],
  [false, '6.99.99'],
])('finds that it is %s that curl %s is new enough', (enough, version) => {
  expect(isAtLeast(version, '7.58.0')).toBe(enough);
});
