/** How it stands with one cluster of a list of several, in a few words and with its one action. */
import type { ApiError, ClusterSummary, KindSummary, Liveness, ViewPart } from '../../ipc/types';
import { errorIcon } from '../../shared/errors';
import type { IconName } from '../../shared/icons/icons';
import { isCutOff, sessionLine, sessionLook } from '../../shared/sessions';
import type { Tone } from '../../shared/states';
import { clock, count, kinds, sentence, visible } from '../../shared/text';

export type PartAction = 'signIn' | 'tryNow' | 'show' | 'words';

export interface PartLook {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly text: string;
  /** In full. */
  readonly title: string;
  readonly action: { readonly does: PartAction; readonly text: string } | null;
}

export function partLook(cluster: ClusterSummary, part: ViewPart | undefined, kind: KindSummary): PartLook {
  const look = sessionLook(cluster);
  const line = sessionLine(cluster);
  const liveness = part?.liveness;
  if (isCutOff(cluster.state)) {
    const text = liveness?.phase === 'stale' ? staleWords(liveness) : line;
    return { icon: look.icon, tone: look.tone, text, title: cluster.problem === null ? line : `${line}. ${sentence(visible(cluster.problem))}`, action: actionOf(cluster) };
  }
  if (cluster.state !== 'signedIn') {
    return { icon: 'half', tone: 'busy', text: line, title: line, action: cluster.state === 'notConnected' ? { does: 'tryNow', text: 'Open' } : null };
  }
  switch (liveness?.phase) {
    case undefined:
    case 'opening':
      return plain('half', 'busy', 'Opening', line);
    case 'reading':
      return plain('half', 'busy', `${count(liveness.read)}${liveness.about === null ? '' : ` of about ${count(liveness.about)}`}, reading`, line);
    case 'live':
    case 'settled':
      return plain('dot', 'good', `${count(part?.rows ?? 0)} live`, line);
    case 'stale':
      return { ...plain('clock', 'warn', staleWords(liveness), sentence(visible(liveness.error.message))), action: { does: 'words', text: 'Show' } };
    case 'failed':
      return { icon: errorIcon(liveness.error.code), tone: 'bad', text: failedWords(liveness.error, kind), title: sentence(visible(liveness.error.message)), action: { does: 'words', text: 'Show' } };
  }
}

function staleWords({ asOf, isPartial }: Extract<Liveness, { phase: 'stale' }>): string {
  return `${isPartial ? 'incomplete, ' : ''}as of ${clock(asOf)}`;
}

function plain(icon: IconName, tone: Tone, text: string, title: string): PartLook {
  return { icon, tone, text, title, action: null };
}

function failedWords({ code }: ApiError, { name }: KindSummary): string {
  if (code === 'refused') return 'not allowed';
  return code === 'kindUnknown' ? `serves no ${visible(kinds(name))}` : 'not read';
}

function actionOf({ state }: ClusterSummary): PartLook['action'] {
  switch (state) {
    case 'signedOut':
    case 'needsSignIn':
      return { does: 'signIn', text: 'Sign in' };
    case 'needsConsent':
      return { does: 'show', text: 'Look' };
    case 'unreachable':
      return { does: 'tryNow', text: 'Try now' };
    default:
      return { does: 'show', text: 'Show' };
  }
}
