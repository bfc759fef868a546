import { MAKER } from '../caller/helpers.ts';
import { runsCode } from '../caller/interpreters.ts';
import { isRelayName } from '../caller/relay.ts';

/**
 * Is the program a mere helper: something that carries or fetches for whoever started it? A rule about it
 * would be a rule about everybody, so none is ever made (CHECKLIST 35).
 *
 * The second net: the caller's chain is walked past helpers before a subject is named, this one holds when
 * the walk ended at one all the same, and for hand-written policy files.
 */
export function isHelper(program: string): boolean {
  const name = baseName(program);
  const names = [name, name.replace(MAKER, ''), name.replace(MAKER_BEHIND, '')];
  return names.some((one) => HELPERS.has(one)) || isRelayName(name);
}

/** Does the program do what a file given to it says? Then its own path tells nothing about what runs. */
export function isInterpreter(program: string): boolean {
  const name = baseName(program);
  return INTERPRETER.test(name) || runsCode(name) || isRunner(name);
}

/** Does a script of this path say what runs? Not one that runs what others give it, nor a copy made for one run. */
export function saysWhatRuns(script: string): boolean {
  return !isRunner(baseName(script)) && !PASSING.test(script);
}

const HELPERS = new Set([
  ...['oidc-token', 'oidc-add'],
  ...['curl', 'wget', 'wget2', 'aria2c', 'openssl', 'mosh', 'docker'],
  // They start whatever they are told to, and wait for it.
  ...['find', 'fd', 'fdfind', 'entr', 'strace', 'ltrace', 'perf', 'rlwrap', 'bwrap', 'dbus-run-session'],
  ...[
    'env',
    'timeout',
    'xargs',
    'parallel',
    'nohup',
    'setsid',
    'nice',
    'ionice',
    'stdbuf',
    'time',
    'tee',
    'cat',
  ],
  ...['sudo', 'doas', 'su', 'runuser', 'setpriv', 'flock', 'watch', 'script', 'globus-token'],
]);

/** As `MAKER`, behind the name: sudo.ws, sudo-rs (Ubuntu). */
const MAKER_BEHIND = /(?:\.ws|-rs)$/;

/** With the versions that distributions put into names: python3.11, lua5.4, nodejs, pwsh-preview. */
const INTERPRETER =
  /^(?:(?:ba|da|z|k|mk|pdk|tc|c|a|fi|elvi|x|n)?sh|fish|pwsh|powershell|nu|busybox|toybox|python|pypy|perl|ruby|jruby|node|nodejs|deno|bun|qjs|php|lua|luajit|tclsh|wish|expect|rscript|r|julia|java|groovy|scala|kotlin|guile|racket|sbcl|emacs|g?awk|mawk|nawk|osascript|dotnet|uv|pipx|make|gmake)(?:-?[\d.]+)?(?:-[a-z]+)?(?:\.exe)?$/i;

/**
 * Programs and scripts that run commands, files or modules that somebody hands them: an answer about one for good would
 * be about every notebook, workflow, job or pane. One run of theirs is a process, so a while for that process is fine.
 */
function isRunner(name: string): boolean {
  return RUNNERS.has(name) || RUNNERS.has(name.replace(/-?[\d.]+$/, ''));
}

const RUNNERS = new Set([
  // Many at once, and a pane or a terminal for each.
  ...['parallel', 'sem', 'niceload', 'xvfb-run', 'run-parts', 'tmux', 'screen', 'dtach', 'zellij', 'byobu'],
  ...['xterm', 'uxterm', 'konsole', 'gnome-terminal-server', 'kgx', 'ptyxis', 'xfce4-terminal'],
  ...['alacritty', 'kitty', 'foot', 'wezterm', 'wezterm-gui', 'terminator', 'urxvt'],
  // Batch systems and MPI.
  ...['salloc', 'srun', 'slurmstepd', 'flux', 'flux-broker', 'pbs_mom', 'pbsdsh', 'sge_shepherd', 'qrsh'],
  ...['condor_starter', 'condor_run', 'mpirun', 'mpiexec', 'mpiexec.hydra', 'orterun', 'orted', 'prterun'],
  ...['prte', 'prted', 'hydra_pmi_proxy', 'hydra_bstrap_proxy', 'torchrun', 'accelerate', 'deepspeed'],
  // Workflow managers, build tools, schedulers of their own.
  ...['snakemake', 'nextflow', 'cwltool', 'cwl-runner', 'toil', 'miniwdl', 'luigi', 'luigid', 'airflow'],
  ...['prefect', 'dagster', 'dvc', 'doit', 'invoke', 'fab', 'scons', 'waf', 'ninja', 'samu', 'ctest'],
  ...['just', 'rake', 'bazel', 'celery', 'dask', 'dask-worker', 'dask-scheduler', 'distributed'],
  ...['ansible', 'ansible-playbook', 'ansible-console', 'ansible-pull', 'salt-call', 'puppet', 'watchexec'],
  ...['hyperfine', 'direnv', 'mise', 'modulecmd', 'modulecmd.tcl', 'lmod'],
  // Notebooks, consoles, test runners, servers of somebody's code.
  ...['jupyter', 'jupyter-console', 'jupyter-execute', 'jupyter-kernel', 'jupyter-lab', 'jupyter-notebook'],
  ...['jupyter-nbconvert', 'jupyter-run', 'jupyter-server', 'jupyterhub-singleuser', 'ipython', 'papermill'],
  ...['ipcluster', 'ipcontroller', 'ipengine', 'voila', 'marimo', 'streamlit', 'bpython', 'ptpython'],
  ...['pytest', 'py.test', 'tox', 'nox', 'coverage', 'kernprof', 'pdb', 'bats', 'irb', 'pry', 'rspec'],
  ...['flask', 'gunicorn', 'uvicorn', 'uwsgi', 'django-admin'],
  // What starts a program in an environment of its own.
  ...['conda', 'mamba', 'micromamba', 'pixi', 'poetry', 'pdm', 'hatch', 'pipenv', 'rye', 'uvx', 'bundle'],
  ...['bundler', 'npm', 'npm-cli.js', 'npx', 'npx-cli.js', 'yarn', 'yarn.js', 'pnpm', 'pnpm.cjs'],
  ...['tsx', 'ts-node', 'nodemon', 'cargo'],
  ...['apptainer', 'singularity', 'starter', 'starter-suid', 'sarus', 'ch-run', 'nix', 'guix'],
]);

/** Ansible's modules and Snakemake's scripts: written anew for each run, so what was said of one is never met again. */
const PASSING = /\/ansible-tmp-[^/]+\/|\/\.snakemake\/scripts\/[^/]+$/;

/** A replaced executable is shown by /proc as `/path/program (deleted)`. */
function baseName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return name.replace(/ \(deleted\)$/, '');
}
