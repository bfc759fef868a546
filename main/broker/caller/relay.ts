import { labelOf } from './helpers.ts';
import type { ProcInfo } from './process-table.ts';

/** Programs behind which somebody else speaks: on another machine, or in a container. Basenames. */
const RELAYS = new Set([
  ...['ssh', 'sshd', 'sshd-session', 'autossh', 'dropbear', 'dbclient', 'mosh-server'],
  ...['socat', 'nc', 'nc.openbsd', 'nc.traditional', 'ncat', 'netcat', 'systemd-socket-proxyd', 'websocat'],
  ...['docker-proxy', 'dockerd', 'containerd', 'runc', 'crun', 'conmon', 'podman', 'buildkitd', 'kubelet'],
  ...['rootlessport', 'rootlesskit', 'slirp4netns', 'pasta', 'pasta.avx2', 'passt', 'gvproxy', 'limactl'],
  ...['qemu', 'virtiofsd', 'waypipe'],
]);

/**
 * Name of the relay that this process is, or null: the program's name, with the kernel's short name where the
 * executable must not be read (an sshd that became the user). The mux of `ssh -M` is an ssh as well.
 */
export function relayOf(info: ProcInfo): string | null {
  const label = labelOf(info);
  if (RELAYS.has(label)) return label;
  return /^(?:containerd-shim|qemu-system-)/.exec(label) ? label : null;
}
