import type { FlowView, ScopeState, ScopeView } from '../preload/contract.ts';
import type { IconName } from './parts/icons.ts';
import { spokenTime, timeLeft } from './time.ts';

export type Tone = 'ok' | 'warn' | 'bad' | 'off';

/** How one row looks and what its one button does. Pure: a table test covers every state. */
export interface ScopeLook {
  tone: Tone;
  /** A shape of its own per state, so that colour is never the only sign. */
  icon: IconName;
  /** The state in words, for ears and for the detail. */
  label: string;
  /** At the right of the row: time left, or why there is none. */
  right: string;
  spoken: string;
  /** What the ring still holds, 0 to 1. */
  fraction: number;
  action: 'copy' | 'sign-in' | 'review' | 'none';
}

const LOOKS: Record<ScopeState, Pick<ScopeLook, 'tone' | 'icon' | 'label' | 'action'>> = {
  ready: { tone: 'ok', icon: 'check', label: 'Ready', action: 'copy' },
  expiring: { tone: 'warn', icon: 'exclamation', label: 'Ends soon', action: 'copy' },
  renewing: { tone: 'ok', icon: 'renew', label: 'Renewing', action: 'copy' },
  offline: { tone: 'off', icon: 'cloud-off', label: 'Offline', action: 'copy' },
  locked: { tone: 'off', icon: 'lock', label: 'Locked', action: 'none' },
  'needs-sign-in': { tone: 'off', icon: 'minus', label: 'Not signed in', action: 'sign-in' },
  'needs-consent': { tone: 'bad', icon: 'question', label: 'Needs your consent', action: 'review' },
};

/** @param now milliseconds since the epoch, by main's clock */
export function scopeLook(scope: ScopeView, now: number): ScopeLook {
  const look = LOOKS[scope.state];
  const left = scope.expiresAt === null ? null : scope.expiresAt - now;
  const alive = left !== null && left > 0;
  const fraction =
    left === null || scope.lifetime === null || scope.lifetime <= 0 ? 0 : clamp(left / scope.lifetime);
  // Offline, only a token that is already here can be copied.
  const action = scope.state === 'offline' && !alive ? 'none' : look.action;
  return { ...look, action, fraction, ...words(scope.state, look.label, left) };
}

function words(state: ScopeState, label: string, left: number | null): Pick<ScopeLook, 'right' | 'spoken'> {
  if (state === 'needs-sign-in' || state === 'needs-consent' || state === 'locked') {
    return { right: state === 'locked' ? 'locked' : '', spoken: label };
  }
  if (state === 'renewing') return { right: 'renewing', spoken: label };
  if (left === null) return { right: state === 'offline' ? 'offline' : 'on copy', spoken: label };
  if (left <= 0) return { right: 'ended', spoken: `${label}, ended` };
  return { right: timeLeft(left), spoken: `${label}, ${spokenTime(left)} left` };
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** "Grants ability to view flows" → "View flows": the row says what it does, the detail quotes it whole. */
export function shortDefinition(definition: string): string {
  const rest = definition.replace(/^Grants (?:ability to )?/, '');
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

/** Whether the row's token can do more than the row says; null while it has none. */
export function scopeBadge({ isolated, alsoAllows }: ScopeView): { text: string; title: string } | null {
  if (isolated) return { text: 'isolated', title: 'Its token can do nothing else' };
  if (alsoAllows.length === 0) return null;
  return { text: 'shared', title: `Its token also allows ${alsoAllows.join(', ')}` };
}

/** "flow_starter · 2 collections": what is worth knowing of a flow at a glance. */
export function flowLine({ role, collections }: FlowView): string {
  const { length } = collections;
  const count = length === 0 ? '' : `${length} ${length === 1 ? 'collection' : 'collections'}`;
  return [role ?? 'flow', count].filter(Boolean).join(' · ');
}
