import { labelOf } from './helpers.ts';
import type { ProcInfo } from './process-table.ts';

/**
 * Programs behind which somebody else speaks: on another machine, or in a container. Basenames. A list cannot be
 * complete: what is not in it counts as a program of this machine (SECURITY.md, "What is not promised").
 */
const RELAYS = new Set([
  ...['autossh', 'dropbear', 'dbclient', 'plink', 'tsh', 'teleport', 'mosh-server'],
  ...['et', 'etserver', 'etterminal', 'tailscale', 'tailscaled', 'cloudflared', 'kubectl'],
  ...['nc', 'nc.openbsd', 'nc.traditional', 'ncat', 'netcat', 'systemd-socket-proxyd', 'websocat'],
  ...['docker-proxy', 'dockerd', 'containerd', 'runc', 'crun', 'conmon', 'podman', 'buildkitd', 'kubelet'],
  ...['rootlessport', 'rootlesskit', 'slirp4netns', 'pasta', 'pasta.avx2', 'passt', 'gvproxy', 'limactl'],
  ...['qemu', 'virtiofsd', 'waypipe'],
]);

/**
 * Those that are packaged under several names: OpenSSH's, also as the GSI and HPN builds install it; socat 1.8,
 * whose executable is `socat1`; one shim for each version of containerd.
 */
const SSH = /^(?:gsi|hpn)?ssh(?:d(?:-session|-auth)?)?[\d.]*$/;
const BY_PATTERN = /^(?:socat[\d.]*|containerd-shim.*|qemu-system-.*)$/;

/** The relay of what runs with files of its own, whichever runtime started it. */
export const CONTAINER = 'container';

/** True for the basename of a relay. */
export function isRelayName(name: string): boolean {
  return RELAYS.has(name) || SSH.test(name) || BY_PATTERN.test(name);
}

/** True for OpenSSH and its builds: all that one machine asks comes through one process of it. */
export function isSshName(name: string): boolean {
  return SSH.test(name);
}

/**
 * Name of the relay that this process is, or null: the program's name, with the kernel's short name where the
 * executable must not be read (an sshd that became the user). The mux of `ssh -M` is an ssh as well.
 */
export function relayOf(info: ProcInfo): string | null {
  const label = labelOf(info);
  return isRelayName(label) ? label : null;
}
