/** How a session's state looks and reads (ui.md §4). Insecure is a mark on any state that has no louder one. */
import type { ClusterSummary, SessionState } from '../ipc/types';
import type { IconName } from './icons/icons';
import type { Tone } from './states';
import { clock, visible } from './text';

type Look = { icon: IconName; tone: Tone; badge: IconName | null; word: string | null };

const looks: Record<SessionState, Look> = {
  notConnected: { icon: 'ring', tone: 'quiet', badge: null, word: 'never opened' },
  connecting: { icon: 'half', tone: 'busy', badge: null, word: 'connecting' },
  signedIn: { icon: 'dot', tone: 'good', badge: null, word: null },
  signedOut: { icon: 'ring', tone: 'quiet', badge: 'key', word: 'signed out' },
  needsSignIn: { icon: 'key', tone: 'warn', badge: 'key', word: 'needs sign-in' },
  needsConsent: { icon: 'terminal', tone: 'warn', badge: 'key', word: 'needs consent' },
  unreachable: { icon: 'unplugged', tone: 'bad', badge: 'unplugged', word: 'unreachable' },
  intercepted: { icon: 'unplugged', tone: 'bad', badge: 'unplugged', word: 'intercepted' },
  untrustedCertificate: { icon: 'lock', tone: 'bad', badge: 'lock', word: 'certificate not trusted' },
  unusable: { icon: 'error', tone: 'bad', badge: 'error', word: 'kubeconfig entry cannot be used' },
};

export function sessionLook(cluster: ClusterSummary): Look {
  const look = looks[cluster.state];
  if (!cluster.isInsecure || look.badge !== null) return look;
  const word = [look.word, 'certificate not checked'].filter((part) => part !== null).join(', ');
  return { ...look, tone: 'bad', badge: 'unlock', word };
}

/** The line under the cluster's name. */
export function sessionLine(cluster: ClusterSummary): string {
  const since = cluster.since === null ? '' : clock(cluster.since);
  const lines: Record<SessionState, string> = {
    notConnected: 'never opened',
    connecting: 'Connecting',
    signedIn: visible(cluster.user ?? 'signed in'),
    signedOut: `Signed out at ${since}`,
    needsSignIn: since ? `Session ended at ${since}` : 'Needs sign-in',
    needsConsent: 'Wants to run a program',
    unreachable: since ? `Unreachable since ${since}` : 'Unreachable',
    intercepted: 'A web page answered instead',
    untrustedCertificate: 'Certificate not trusted',
    unusable: 'Kubeconfig entry cannot be used',
  };
  return lines[cluster.state];
}

/** States in which the rows on screen are not current, and a panel over them says why. */
export function isCutOff(state: SessionState): boolean {
  return !['signedIn', 'notConnected', 'connecting'].includes(state);
}
