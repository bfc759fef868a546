import { expect, test } from 'vitest';
import { spooled } from '../../../../main/broker/caller/spooled.ts';

const claim = (path: string) => ({ path, binding: { inode: '64:12', sha256: 'ab' } });

test.each(['/var/spool/slurmd/job00012/slurm_script', '/var/spool/slurmd/job1200345.2/slurm_script'])(
  '[C31] knows the job that copied %s by its content alone',
  (path) => {
    expect(spooled(claim(path))).toEqual({
      path: '/var/spool/slurmd/job*/slurm_script',
      binding: { inode: 'copy', sha256: 'ab' },
    });
  },
);

test('[C31] knows a job of Grid Engine by its content alone', () => {
  expect(spooled(claim('/var/spool/gridengine/execd/node7/job_scripts/1200345'))).toEqual({
    path: '/var/spool/gridengine/execd/node7/job_scripts/*',
    binding: { inode: 'copy', sha256: 'ab' },
  });
});

test('[C31] keeps the spool folders of two daemons apart', () => {
  expect(spooled(claim('/scratch/slurm/job7/slurm_script')).path).toBe('/scratch/slurm/job*/slurm_script');
});

test('[C31] binds a copy that could not be read to nothing', () => {
  const path = '/var/spool/slurmd/job00012/slurm_script';
  expect(spooled({ path, binding: null }).binding).toBeNull();
});

test.each([
  '/home/ada/jobs/fetch.sh',
  '/home/ada/job12/slurm_script.sh',
  '/home/ada/job-12/slurm_script',
  '/home/ada/job12/run',
  '/home/ada/job_scripts/12.sh',
  '/home/ada/job_scripts/12/run',
])('[C31] leaves %s as it is', (path) => expect(spooled(claim(path))).toEqual(claim(path)));
