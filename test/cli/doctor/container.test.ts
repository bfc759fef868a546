import { expect, it } from 'vitest';
import { containerOf } from '../../../cli/doctor/container.ts';

const ON_DISK =
  '23 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n24 23 0:5 / /proc rw - overlay x rw\n';
const IN_LAYERS = '812 701 0:61 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/var/lib/docker\n';
const files = (marks: string[] = [], mounts = IN_LAYERS) => ({
  exists: (path: string) => marks.includes(path),
  mounts: () => mounts,
});
const FOLDER = '/run/user/7/globus-token';

it.each([
  [
    { APPTAINER_CONTAINER: '/images/py.sif' },
    'Apptainer',
    'apptainer exec --bind "/run/user/7/globus-token" ',
  ],
  [
    { SINGULARITY_CONTAINER: '/images/py.sif' },
    'Apptainer',
    'apptainer exec --bind "/run/user/7/globus-token" ',
  ],
  [
    { container: 'systemd-nspawn' },
    'systemd-nspawn',
    'Give it the folder /run/user/7/globus-token of the host',
  ],
])('%o is %s', (env, name, gives) => {
  const found = containerOf(env, files());
  expect(found?.name).toBe(name);
  expect(found?.give(FOLDER)).toContain(gives);
});

it.each([
  ['/run/.containerenv', 'Podman', 'podman run --userns=keep-id -v '],
  ['/.dockerenv', 'Docker', 'docker run --user "$(id -u)" -v '],
])('%s is of %s, which passes on no variable of the shell', (mark, name, gives) => {
  const found = containerOf({}, files([mark]));
  expect(found?.name).toBe(name);
  expect(found?.give(FOLDER)).toContain(gives);
  expect(found?.give(FOLDER)).toContain(
    `-v "${FOLDER}:/run/globus-token" -e GLOBUS_TOKEN_SOCK=/run/globus-token/broker.sock `,
  );
});

it('finds none where nothing says so', () => expect(containerOf({ container: '' }, files())).toBeNull());

it('takes no machine for a container that was made of an image of Docker’s', () =>
  expect(containerOf({}, files(['/.dockerenv'], ON_DISK))).toBeNull());
