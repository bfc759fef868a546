import { describe, expect, it } from 'vitest';
import { FlowInputs } from '../../../main/desktop/flow-inputs.ts';
import { RecordingLog } from '../../support/agent-parts.ts';

function setup(read: (id: string) => Promise<unknown>) {
  const reads: string[] = [];
  const log = new RecordingLog();
  const counted = { changes: 0 };
  const inputs = new FlowInputs({
    read: (id) => {
      reads.push(id);
      return read(id);
    },
    changed: () => void (counted.changes += 1),
    log,
  });
  return { inputs, reads, log, counted };
}

describe('FlowInputs', () => {
  it('reads a flow once for everybody, and announces it', async () => {
    const { inputs, reads, counted } = setup(() => Promise.resolve({ source: 'x' }));
    expect(inputs.known('a')).toEqual({});
    expect(await Promise.all([inputs.load('a'), inputs.load('a')])).toEqual([
      { source: 'x' },
      { source: 'x' },
    ]);
    expect(await inputs.load('a')).toEqual({ source: 'x' });
    expect(inputs.known('a')).toEqual({ source: 'x' });
    expect(reads).toEqual(['a']);
    expect(counted.changes).toBe(1);
  });

  it('answers an empty input while a flow cannot be read, and asks again', async () => {
    const { inputs, reads, log, counted } = setup(() => Promise.reject(new Error('offline')));
    expect(await inputs.load('a')).toEqual({});
    expect(await inputs.load('a')).toEqual({});
    expect(reads).toEqual(['a', 'a']);
    expect(log.lines).toHaveLength(2);
    expect(counted.changes).toBe(0);
  });

  it('reads anew what it was told to forget', async () => {
    const { inputs, reads } = setup(() => Promise.resolve({ n: 1 }));
    await inputs.load('a');
    inputs.forget('a');
    await inputs.load('a');
    expect(reads).toEqual(['a', 'a']);
  });

  it('names the same object each time, so that previews are not made again', () => {
    const { inputs } = setup(() => Promise.resolve({}));
    expect(inputs.known('a')).toBe(inputs.known('b'));
  });
});
