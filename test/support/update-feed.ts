import { createHash, createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { listName } from '../../main/desktop/updates/feed.ts';

/** A release key: the private half signs, the public half is what a build has compiled in. */
export interface ReleaseKey {
  /** PKCS 8, PEM: what the release's environment holds. */
  readonly pem: string;
  /** base64 of the 32 raw bytes. */
  readonly publicText: string;
}

export function newReleaseKey(): ReleaseKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    pem: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
    publicText: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64'),
  };
}

/** As scripts/sign-update.mjs writes it. */
export function signatureOf(bytes: Uint8Array, { pem }: ReleaseKey): string {
  const key: KeyObject = createPrivateKey(pem);
  return `${sign(null, bytes, key).toString('base64')}\n`;
}

export interface Release {
  version: string;
  /** Name of the artefact. */
  name: string;
  artefact: Buffer;
}

/** A list as electron-builder writes it, with all the fields that it may have. */
export function listOf({ version, name, artefact }: Release): Buffer {
  const sha512 = createHash('sha512').update(artefact).digest('base64');
  return Buffer.from(
    [
      `version: ${version}`,
      'files:',
      `  - url: ${name}`,
      `    sha512: ${sha512}`,
      `    size: ${artefact.length}`,
      '    blockMapSize: 1000',
      `path: ${name}`,
      `sha512: ${sha512}`,
      // Would make electron-updater compare an ID of this copy with it.
      'stagingPercentage: 1',
      "releaseDate: '2026-01-01T00:00:00.000Z'",
      '',
    ].join('\n'),
  );
}

export interface FeedRequest {
  path: string;
  headers: IncomingHttpHeaders;
}

type Answer = Buffer | ((request: IncomingMessage, response: ServerResponse) => void);

/** A feed on loopback: a web server with a folder of files, whose requests are kept. */
export class UpdateFeed {
  readonly requests: FeedRequest[] = [];
  /** By file name. */
  readonly files = new Map<string, Answer>();
  readonly list = listName('linux', process.arch);
  readonly #server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    this.requests.push({ path, headers: request.headers });
    const answer = this.files.get(path.slice(1));
    if (answer === undefined) response.writeHead(404).end();
    else if (typeof answer === 'function') answer(request, response);
    else response.writeHead(200, { 'content-length': answer.length }).end(answer);
  });

  static async start(): Promise<UpdateFeed> {
    const feed = new UpdateFeed();
    feed.#server.listen(0, '127.0.0.1');
    await once(feed.#server, 'listening');
    return feed;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** Everything that belongs to a release, rightly signed; tests then break it. */
  publish(release: Release, key: ReleaseKey): void {
    const list = listOf(release);
    this.files.clear();
    this.files.set(this.list, list);
    this.files.set(`${this.list}.sig`, Buffer.from(signatureOf(list, key)));
    this.files.set(release.name, release.artefact);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
