import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createPeerCredentials, type GetOption } from '../../../../main/broker/caller/peer-credentials.ts';

const SOCKET = { _handle: { fd: 7 } } as unknown as Socket;

/** struct xucred of sys/ucred.h: version, uid, number of groups, groups. */
function xucred(uid: number, version = 0): Buffer {
  const bytes = Buffer.alloc(76);
  bytes.writeUInt32LE(version, 0);
  bytes.writeUInt32LE(uid, 4);
  return bytes;
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function kernel(answers: Readonly<Record<number, Buffer | null>>): {
  asked: number[][];
  load: () => GetOption;
} {
  const asked: number[][] = [];
  const option: GetOption = (...words) => {
    asked.push(words);
    return answers[words[2]] ?? null;
  };
  return { asked, load: () => option };
}

describe('who connected, on macOS', () => {
  it('[C30] [C31] is asked of the kernel as LOCAL_PEERCRED and LOCAL_PEERPID of SOL_LOCAL', () => {
    const { asked, load } = kernel({ 1: xucred(501), 2: number(4_711) });
    expect(createPeerCredentials('darwin', load)(SOCKET)).toEqual({ kind: 'peer', pid: 4_711, uid: 501 });
    expect(asked).toEqual([
      [7, 0, 1, 76],
      [7, 0, 2, 4],
    ]);
  });

  it.each([
    ['a record of another version', { 1: xucred(501, 1), 2: number(4_711) }],
    ['no credentials', { 1: null, 2: number(4_711) }],
    ['no pid', { 1: xucred(501), 2: null }],
    ['a pid that is none', { 1: xucred(501), 2: number(0) }],
  ])('[C31] is unknown with %s', (_what, answers) => {
    const { load } = kernel(answers);
    expect(createPeerCredentials('darwin', load)(SOCKET)).toMatchObject({ kind: 'unknown' });
  });
});

describe('who connected, on Linux', () => {
  it.each([
    ['x64', 17],
    ['arm64', 17],
    ['riscv64', 17],
    ['ppc64', 21],
  ] as const)(
    '[C30] [C31] is asked of the kernel as SO_PEERCRED of SOL_SOCKET: on %s %d',
    (processor, name) => {
      const { asked, load } = kernel({
        [name]: Buffer.concat([number(4_711), number(1_000), number(1_000)]),
      });
      const peer = createPeerCredentials('linux', load, processor)(SOCKET);
      expect(peer).toEqual({ kind: 'peer', pid: 4_711, uid: 1_000 });
      expect(asked).toEqual([[7, 1, name, 12]]);
    },
  );
});

it('[C31] is asked of nobody on Windows, whose pipes carry no such thing', () => {
  const { asked, load } = kernel({});
  expect(createPeerCredentials('win32', load)(SOCKET)).toEqual({ kind: 'unsupported' });
  expect(asked).toEqual([]);
});
