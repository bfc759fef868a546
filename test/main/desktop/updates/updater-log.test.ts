import { expect, it } from 'vitest';
import { plainLine, updaterLog } from '../../../../main/desktop/updates/updater-log.ts';
import { RecordingLog } from '../../../support/agent-parts.ts';

it('[C25] logs one line of the updater: no header of an answer, no query of an address', () => {
  const log = new RecordingLog();
  const updater = updaterLog(log);
  updater.error(
    new Error(
      'Cannot download "https://x.example/a.exe?X-Amz-Signature=secret#part", status 403\nHeaders: {"set-cookie":"secret"}',
    ),
  );
  updater.warn('Error: 404 \n"method: GET"\nHeaders: {"authorization":"secret"}');
  updater.info({ authorization: 'secret' });
  updater.info('x'.repeat(10_000));
  expect(JSON.stringify(log.lines)).not.toContain('secret');
  expect(log.lines.map(({ level, fields }) => [level, fields['updater']])).toEqual([
    ['error', 'Cannot download "https://x.example/a.exe", status 403'],
    ['warn', 'Error: 404 '],
    ['info', ''],
    ['info', 'x'.repeat(300)],
  ]);
});

it('keeps what is no address as it is', () => {
  expect(plainLine('is 1 > 2? no # really')).toBe('is 1 > 2? no # really');
});
