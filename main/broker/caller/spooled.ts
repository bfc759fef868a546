import type { ScriptClaim } from '../types.ts';

/** `/var/spool/slurmd/job00012/slurm_script`: what `sbatch` was given, copied for one job, or one task of an array. */
const SLURM = /^(.+\/job)\d+(?:\.\d+)*(\/slurm_script)$/;
/** `/var/spool/gridengine/execd/node7/job_scripts/12`: what `qsub` of a Grid Engine was given, copied for one job. */
const GRID_ENGINE = /^(.+\/job_scripts\/)\d+$/;

/**
 * A batch system runs a copy of the script that was handed in, at a place that no other job has. By it an "always" would
 * never be met again, and the fifty tasks of an array would be fifty askers. So the copy goes by its content: the number
 * of the job is left out of its path, which a policy file can name as well, and it has no inode of its own.
 */
export function spooled(claim: ScriptClaim): ScriptClaim {
  const path = claim.path.replace(SLURM, '$1*$2').replace(GRID_ENGINE, '$1*');
  if (path === claim.path) return claim;
  return { path, binding: claim.binding === null ? null : { ...claim.binding, inode: 'copy' } };
}
