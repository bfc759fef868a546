import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { parseUpdateInfo } from 'electron-updater/out/providers/Provider.js';

/**
 * Signs the lists that electron-builder wrote (`latest*.yml`): puts `<list>.sig` beside each, base64 of the Ed25519
 * signature over its exact bytes, which is what the app asks for. Refused is a list whose files, which have to lie
 * beside it, are not what it says, and a key that the builds of this release do not know.
 *
 * @param {readonly string[]} lists Paths.
 * @param {Record<string, string | undefined>} env `GLOBUS_TRAY_UPDATE_PRIVATE_KEY`: PKCS 8 in PEM;
 *   `GLOBUS_TRAY_UPDATE_KEY`: the public half, as the build takes it.
 * @returns {Promise<readonly string[]>} What was written.
 * @throws {Error} Before anything was written.
 */
export async function signUpdates(lists, env) {
  const key = privateKey(env['GLOBUS_TRAY_UPDATE_PRIVATE_KEY'] ?? '');
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  if (spki.subarray(-32).toString('base64') !== env['GLOBUS_TRAY_UPDATE_KEY'])
    throw new Error('GLOBUS_TRAY_UPDATE_KEY is not the public half of GLOBUS_TRAY_UPDATE_PRIVATE_KEY');
  if (lists.length === 0) throw new Error('no list is named');
  const signed = await Promise.all(
    lists.map(async (list) => {
      const bytes = await readFile(list);
      await compareFiles(list, bytes.toString('utf8'));
      const signature = sign(null, bytes, key);
      if (!verify(null, bytes, createPublicKey(key), signature)) throw new Error(`${list}: not signed`);
      return { path: `${list}.sig`, text: `${signature.toString('base64')}\n` };
    }),
  );
  for (const { path, text } of signed) await writeFile(path, text);
  return signed.map(({ path }) => path);
}

/** @param {string} pem */
function privateKey(pem) {
  if (pem === '') throw new Error('GLOBUS_TRAY_UPDATE_PRIVATE_KEY is not set');
  let key;
  try {
    key = createPrivateKey(pem);
  } catch {
    // Its message may quote what it got.
    throw new Error('GLOBUS_TRAY_UPDATE_PRIVATE_KEY is no private key in PEM');
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error('GLOBUS_TRAY_UPDATE_PRIVATE_KEY is no Ed25519 key');
  return key;
}

/**
 * Signing with a certificate and notarizing change a file, sometimes after its hash was written down.
 *
 * @param {string} list @param {string} text
 */
async function compareFiles(list, text) {
  const { files } = parseUpdateInfo(text, list, pathToFileURL(list));
  if (!Array.isArray(files) || files.length === 0) throw new Error(`${list} names no files`);
  for (const { url, sha512 } of files) {
    const hash = createHash('sha512');
    await pipeline(createReadStream(join(dirname(list), url)), hash);
    if (hash.digest('base64') !== sha512)
      throw new Error(`${list}: ${url} is not the file that it describes`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    for (const path of await signUpdates(process.argv.slice(2), process.env)) {
      process.stderr.write(`wrote ${path}\n`);
    }
  } catch (error) {
    process.stderr.write(`sign-update: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
