/** What the restore sheet says (ui.md §10). */
import type { RehearsalState, RestoreItem, RestoreState, RestoreSummary } from '../../ipc/types';
import type { IconName } from '../../shared/icons/icons';
import type { Tone } from '../../shared/states';
import { count, plural, visible } from '../../shared/text';

interface Look {
  readonly icon: IconName;
  readonly tone: Tone;
  readonly word: string;
}

const REHEARSALS: Readonly<Record<RehearsalState, Look>> = {
  asking: { icon: 'half', tone: 'busy', word: 'asking…' },
  accepted: { icon: 'dot', tone: 'good', word: 'would be accepted' },
  refused: { icon: 'barred', tone: 'bad', word: 'would be refused' },
  cannotBe: { icon: 'question', tone: 'warn', word: 'cannot be rehearsed' },
  noAnswer: { icon: 'question', tone: 'warn', word: 'no answer' },
  notAsked: { icon: 'ring', tone: 'quiet', word: 'not rehearsed' },
};

const STATES: Readonly<Record<Exclude<RestoreState, 'planned'>, Look>> = {
  leftOut: { icon: 'minus', tone: 'quiet', word: 'left out' },
  creating: { icon: 'half', tone: 'busy', word: 'creating…' },
  restored: { icon: 'history', tone: 'good', word: 'Restored' },
  refused: { icon: 'barred', tone: 'bad', word: 'Refused' },
  unknown: { icon: 'question', tone: 'warn', word: 'Unknown' },
  notTried: { icon: 'ring-dash', tone: 'quiet', word: 'Not tried' },
};

/** Before it is begun what the server said to it as a dry run, then where it is. */
export function itemLook(item: RestoreItem): Look {
  return item.state === 'planned' ? REHEARSALS[item.rehearsal] : STATES[item.state];
}

/** Objects at an end. */
export function settledCount(summary: RestoreSummary): number {
  return summary.items.filter(({ state }) => ['restored', 'refused', 'unknown', 'notTried'].includes(state)).length;
}

/** Objects that were to be created, without those left out. */
export function wantedCount(summary: RestoreSummary): number {
  return summary.items.filter(({ state }) => state !== 'leftOut').length;
}

export function isAllRestored(summary: RestoreSummary): boolean {
  // What is left out comes back by itself, is there, or was said to be lost before.
  return summary.items.every(({ state }) => state === 'restored' || state === 'leftOut') && summary.items.some(({ state }) => state === 'restored');
}

/** "Restore Deployment", "Restore 12 objects". */
export function buttonWords(summary: RestoreSummary): string {
  const planned = summary.items.filter(({ state }) => state !== 'leftOut');
  const [only] = planned;
  if (only === undefined) return 'Restore';
  if (planned.length === 1) return `Restore ${visible(only.kind)}`;
  const isOneKind = planned.every(({ kind }) => kind === only.kind);
  return `Restore ${isOneKind ? visible(plural(only.kind, planned.length)) : plural('object', planned.length)}`;
}

/** "412 of 1,000 restored". */
export function progressWords(summary: RestoreSummary): string {
  return `${count(settledCount(summary))} of ${count(wantedCount(summary))} settled`;
}

export function lockedNames(summary: RestoreSummary): string[] {
  return summary.clusters.filter(({ cluster }) => summary.locked.includes(cluster)).map(({ name }) => visible(name));
}
