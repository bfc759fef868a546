type Env = Readonly<Record<string, string | undefined>>;

/** Which proxy the environment names for a host, as curl and the agent read it; null: none, or no address. */
export function proxyFor(hostname: string, env: Env): URL | null {
  const [, value = ''] = proxyVariable(env) ?? [];
  if (value === '' || isExcepted(hostname, env['no_proxy'] ?? env['NO_PROXY'] ?? '')) return null;
  const address = value.includes('://') ? value : `http://${value}`;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
}

/** Name and value. */
export function proxyVariable(env: Env): readonly [string, string] | null {
  for (const name of ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']) {
    const value = env[name] ?? '';
    if (value !== '') return [name, value];
  }
  return null;
}

function isExcepted(hostname: string, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter((one) => one !== '')
    .map((one) =>
      one
        .replace(/^\*?\./, '')
        .replace(/:\d+$/, '')
        .toLowerCase(),
    )
    .some((one) => one === '*' || hostname === one || hostname.endsWith(`.${one}`));
}
