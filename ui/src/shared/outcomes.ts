import type { Outcome } from '../ipc/types';
import type { IconName } from './icons/icons';
import type { Tone } from './states';

type Look = { word: string; icon: IconName; tone: Tone };

/** ui.md §4: a check mark stands for `Gone` and for nothing else. */
export const outcomes: Record<Outcome, Look> = {
  waiting: { word: 'Waiting', icon: 'ring-dash', tone: 'quiet' },
  notSent: { word: 'Not sent', icon: 'ring-dash', tone: 'quiet' },
  requested: { word: 'Requested', icon: 'half', tone: 'busy' },
  accepted: { word: 'Accepted', icon: 'half', tone: 'busy' },
  gone: { word: 'Gone', icon: 'check', tone: 'good' },
  alreadyGone: { word: 'Already gone', icon: 'minus', tone: 'good' },
  replaced: { word: 'Replaced', icon: 'swap', tone: 'warn' },
  terminating: { word: 'Terminating', icon: 'hourglass', tone: 'warn' },
  recreated: { word: 'Recreated', icon: 'loop', tone: 'warn' },
  refused: { word: 'Refused', icon: 'barred', tone: 'bad' },
  unknown: { word: 'Unknown', icon: 'question', tone: 'warn' },
};

export function outcomeWord(outcome: Outcome): string {
  return outcomes[outcome].word;
}

/** The order of a progress bar's parts. */
export const barOrder: readonly Outcome[] = [
  'gone',
  'alreadyGone',
  'recreated',
  'refused',
  'replaced',
  'terminating',
  'unknown',
  'accepted',
  'requested',
  'notSent',
  'waiting',
];

/** An end: nothing more will happen to such a target in its job. `Terminating` is none. */
export function isSettled(outcome: Outcome): boolean {
  return ['gone', 'alreadyGone', 'recreated', 'refused', 'replaced', 'notSent'].includes(outcome);
}
