/** How a session's state looks and reads (ui.md §4). Insecure is a mark on any state that has no louder one. */
import type { ClusterSummary, SessionState } from '../ipc/types';
import type { IconName } from './icons/icons';
import { untilWords } from './locks';
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

/** The line under the cluster's name. `at`, Unix seconds, counts how long connecting takes. */
export function sessionLine(cluster: ClusterSummary, at: number | null = null): string {
  const since = cluster.since === null ? '' : clock(cluster.since);
  const waited = at === null || cluster.since === null ? 0 : Math.floor(at - cluster.since);
  const lines: Record<SessionState, string> = {
    notConnected: since ? 'Not connected' : 'never opened',
    connecting: cluster.plugin?.isRunning ? `Waiting for ${pluginName(cluster)}` : waited < 1 ? 'Connecting' : `Connecting, ${String(waited)} s`,
    signedIn: cluster.isInsecure ? 'Certificate not checked' : whoWords(cluster),
    signedOut: since ? `Signed out at ${since}` : 'Signed out',
    // Without a credential nobody was signed in.
    needsSignIn: since && cluster.credential.kind !== 'none' ? `Session ended at ${since}` : 'Needs sign-in',
    needsConsent: `Wants to run ${cluster.consent === null ? 'a program' : programName(cluster.consent.program)}`,
    unreachable: since ? `Unreachable since ${since}` : 'Unreachable',
    intercepted: 'A web page answered instead',
    untrustedCertificate: 'Certificate not trusted',
    unusable: 'Kubeconfig entry cannot be used',
  };
  return lines[cluster.state];
}

/** Who is signed in, and until when: "platform-oncall until 15:42". */
export function whoWords({ user, credential: { until } }: ClusterSummary): string {
  return `${visible(user ?? 'signed in')}${until === null ? '' : ` until ${untilWords(until)}`}`;
}

/** Whom every request acts as, where that is somebody else; null where it is the person. */
export function actingWords({ credential: { actingAs } }: ClusterSummary): string | null {
  return actingAs === null ? null : `acting as ${visible(actingAs)}`;
}

/** The last part of a program's path. */
export function programName(program: string): string {
  return visible(program.split(/[\\/]/).at(-1) || program);
}

/** What runs to sign in: "aws". */
export function pluginName({ plugin, consent, credential }: ClusterSummary): string {
  const command = plugin?.command ?? consent?.program ?? credential.words.replace(/^plugin /, '');
  return programName(command);
}

/** States in which signing in is what helps. */
export function signsIn(state: SessionState): boolean {
  return ['notConnected', 'signedOut', 'needsSignIn', 'needsConsent'].includes(state);
}

/** In the place of a file, for a cluster that is in none. */
const addedHere = 'added in Secateur';

export function sourceWords({ source, isAdded, isPractice }: ClusterSummary): string {
  if (isPractice) return 'in Secateur, for practice';
  return isAdded ? addedHere : visible(source);
}

/** States in which the rows on screen are not current, and a panel over them says why. */
export function isCutOff(state: SessionState): boolean {
  return !['signedIn', 'notConnected', 'connecting'].includes(state);
}
