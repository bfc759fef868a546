import { parseUpdateInfo } from 'electron-updater/out/providers/Provider.js';
import { z } from 'zod';
import { VERSION } from './version.ts';

/** One version as its signed list describes it, cut down to what this system installs. */
export interface Offer {
  version: string;
  /** Null: the list has nothing for this system. */
  file: OfferedFile | null;
}

export interface OfferedFile {
  /** A file's name, never a path or an address. */
  name: string;
  /** base64 */
  sha512: string;
  /** Bytes. */
  size?: number | undefined;
  isAdminRightsRequired?: boolean | undefined;
}

const MAX_SIZE = 2_000_000_000;

/** What electron-builder writes. What is not named here is dropped: notes, staging percentages, a second path. */
const list = z.object({
  version: z.string().max(100).regex(VERSION),
  files: z
    .array(
      z.object({
        url: z
          .string()
          .max(200)
          .regex(/^[A-Za-z0-9][A-Za-z0-9 ._+-]*$/),
        sha512: z.string().regex(/^[A-Za-z0-9+/]{86}==$/),
        size: z.int().positive().max(MAX_SIZE).optional(),
        isAdminRightsRequired: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(50),
});

const ENDINGS: Partial<Record<NodeJS.Platform, string>> = {
  linux: '.AppImage',
  darwin: '.zip',
  win32: '.exe',
};
/** As electron-builder names them, and others do. */
const PROCESSORS: Readonly<Record<string, string>> = {
  x64: 'x64',
  x86_64: 'x64',
  amd64: 'x64',
  arm64: 'arm64',
  aarch64: 'arm64',
  ia32: 'ia32',
  i386: 'ia32',
  armv7l: 'arm',
  universal: 'universal',
};

/**
 * Reads a list. For verified text only: nothing that nobody signed reaches the YAML reader, electron-updater's own.
 *
 * @returns null for what is no list
 */
export function readOffer(verified: string, platform: NodeJS.Platform, arch: string): Offer | null {
  let value: unknown;
  try {
    value = parseUpdateInfo(verified, 'the signed list', new URL('file:///'));
  } catch {
    return null;
  }
  const parsed = list.safeParse(value);
  if (!parsed.success) return null;
  const { version, files } = parsed.data;
  const found = files.find(({ url }) => fits(url, platform, arch));
  if (found === undefined) return { version, file: null };
  const { url: name, ...rest } = found;
  return { version, file: { name, ...rest } };
}

/**
 * A signed list of another system or processor must not pass for this one's. A name without a processor is
 * electron-builder's for x64; on Windows one installer may hold several.
 */
function fits(name: string, platform: NodeJS.Platform, arch: string): boolean {
  const ending = ENDINGS[platform];
  if (ending === undefined || !name.endsWith(ending)) return false;
  const named = name
    .slice(0, -ending.length)
    .split(/[-. ]/)
    .flatMap((part) => PROCESSORS[part] ?? []);
  if (named.length === 0) return arch === 'x64' || platform === 'win32';
  return named.includes(arch) || named.includes('universal');
}
