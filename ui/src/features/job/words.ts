/** What is said about a job (ui.md §10). Accepted is not gone, and gone is not done. */
import type { JobSummary, Outcome, OutcomeCount } from '../../ipc/types';
import { isSettled } from '../../shared/outcomes';
import { count, list, plural, sentence, visible } from '../../shared/text';

interface Counted {
  readonly total: number;
  readonly outcomes: readonly OutcomeCount[];
}

export function outcomeCount(of: Counted, outcome: Outcome): number {
  return of.outcomes.find((part) => part.outcome === outcome)?.count ?? 0;
}

export function settledCount(of: Counted): number {
  return of.outcomes.filter((part) => isSettled(part.outcome)).reduce((sum, part) => sum + part.count, 0);
}

export function goneCount(of: Counted): number {
  return outcomeCount(of, 'gone') + outcomeCount(of, 'alreadyGone');
}

export function isAllGone(of: Counted): boolean {
  return goneCount(of) === of.total;
}

const STILL: readonly [Outcome, string, string][] = [
  ['recreated', 'came back', 'came back'],
  ['terminating', 'is terminating', 'are terminating'],
  ['refused', 'was refused', 'were refused'],
  ['replaced', 'was replaced', 'were replaced'],
  ['unknown', 'is unknown', 'are unknown'],
  ['notSent', 'was not sent', 'were not sent'],
];

/** How it ended, in one sentence. */
export function endSentence(job: JobSummary): string {
  if (job.sentence !== '') return sentence(visible(job.sentence));
  const gone = goneCount(job);
  if (gone === job.total) return `All ${visible(job.subject)} are gone.`;
  const still = STILL.flatMap(([outcome, one, several]) => {
    const number = outcomeCount(job, outcome);
    return number === 0 ? [] : [`${count(number)} ${number === 1 ? one : several}`];
  });
  const left = job.total - gone;
  return `${count(gone)} of ${count(job.total)} ${gone === 1 ? 'is' : 'are'} gone. ${count(left)} ${left === 1 ? 'is' : 'are'} not: ${list(still)}.`;
}

/** "203 gone, 3 refused, 8 terminating, 24 in flight, 102 waiting." */
export function laneSentence(lane: Counted): string {
  const inFlight = outcomeCount(lane, 'requested') + outcomeCount(lane, 'accepted');
  const parts: [number, string][] = [
    [outcomeCount(lane, 'gone'), 'gone'],
    [outcomeCount(lane, 'alreadyGone'), 'already gone'],
    [outcomeCount(lane, 'recreated'), 'recreated'],
    [outcomeCount(lane, 'refused'), 'refused'],
    [outcomeCount(lane, 'replaced'), 'replaced'],
    [outcomeCount(lane, 'terminating'), 'terminating'],
    [outcomeCount(lane, 'unknown'), 'unknown'],
    [inFlight, 'in flight'],
    [outcomeCount(lane, 'waiting'), 'waiting'],
    [outcomeCount(lane, 'notSent'), 'not sent'],
  ];
  const words = parts.filter(([number]) => number > 0).map(([number, word]) => `${count(number)} ${word}`);
  return words.length === 0 ? 'Nothing was sent yet.' : `${words.join(', ')}.`;
}

/** Read aloud by a progress bar: "563 of 1,000 settled, 3 refused". */
export function progressWords(of: Counted): string {
  const refused = outcomeCount(of, 'refused');
  return `${count(settledCount(of))} of ${count(of.total)} settled${refused === 0 ? '' : `, ${count(refused)} refused`}`;
}

function whereWords(job: JobSummary): string {
  const [lane] = job.lanes;
  if (job.total === 1) return '';
  return job.lanes.length === 1 && lane !== undefined ? ` in ${visible(lane.name)}` : ` in ${count(job.lanes.length)} clusters`;
}

export function titleWords(job: JobSummary): string {
  const what = `${visible(job.subject)}${whereWords(job)}`;
  return job.isSettled ? what : `Deleting ${what}`;
}

/** In the status bar while it runs. */
export function statusWords(job: JobSummary): string {
  if (job.total === 1) return `Deleting ${visible(job.subject)}`;
  return `${titleWords(job)}, ${count(settledCount(job))} of ${count(job.total)}`;
}

export function refusedWords(job: JobSummary): string {
  if (job.total === 1) return endSentence(job);
  return `${plural('object', outcomeCount(job, 'refused'))} of ${visible(job.subject)} refused`;
}
