/** What is said about a job (ui.md §10). Accepted is not gone, and gone is not done. */
import type { JobLane, JobSummary, LaneWait, Outcome, OutcomeCount } from '../../ipc/types';
import type { IconName } from '../../shared/icons/icons';
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

const WAITS: Readonly<Record<LaneWait, { word: string; icon: IconName }>> = {
  signIn: { word: 'Paused: sign in again', icon: 'key' },
  unlock: { word: 'Paused: read-only', icon: 'lock' },
  connection: { word: 'Paused: no answer', icon: 'unplugged' },
  server: { word: 'Goes on in', icon: 'clock' },
  person: { word: 'Paused', icon: 'pause' },
};

/** What a lane that does not go on waits for. */
export function waitLook(wait: LaneWait): { word: string; icon: IconName } {
  return WAITS[wait];
}

/** Whether a person has to do something before this lane goes on. */
export function isWaitingForPerson(lane: JobLane): boolean {
  return lane.state === 'paused' && (lane.waitsFor === 'signIn' || lane.waitsFor === 'unlock');
}

/** Why a lane does not go on, said aloud: not for a server that only asked to slow down, nor for the person's own pause. */
export function pausedWords(lane: JobLane): string | null {
  if (lane.waitsFor === 'server' || lane.waitsFor === 'person') return null;
  if (lane.problem !== null) return visible(lane.problem);
  return lane.state === 'paused' && lane.waitsFor !== null ? waitLook(lane.waitsFor).word : null;
}

/** A lane's one sentence. One that waits has its reason in the line above; here it counts. */
export function laneWords(lane: JobLane): string {
  if (lane.state !== 'paused') return lane.sentence === '' ? laneSentence(lane) : visible(lane.sentence);
  if (lane.waitsFor === 'server') return `${laneSentence(lane)} ${visible(lane.name)} asked to slow down, ${count(lane.atOnce)} at a time.`;
  const problem = lane.problem === null || lane.problem.startsWith('Paused') ? '' : ` ${sentence(visible(lane.problem))}`;
  return `${laneSentence(lane)}${problem}`;
}

/** Seconds as people say them: "12 s", "3 min". */
function durationWords(seconds: number): string {
  return seconds < 90 ? `${count(seconds)} s` : `${count(Math.round(seconds / 60))} min`;
}

/** "61 a second", "24 in flight", "about 2 s left"; how long it took, once it is over. */
export function paceWords(job: JobSummary): string[] {
  if (job.isSettled) return job.took === null ? [] : [`Took ${visible(job.took)}`];
  if (job.state === 'interrupted') return [];
  const pace = job.perSecond === null ? [] : [`${count(Math.round(job.perSecond * 10) / 10)} a second`];
  const left = job.secondsLeft === null ? [] : [`about ${durationWords(job.secondsLeft)} left`];
  return [...pace, `${count(job.inFlight)} in flight`, ...left];
}

/** Which clusters wait for the person. */
export function waitingForWords(job: JobSummary): string {
  const lanes = job.isSettled ? [] : job.lanes.filter(isWaitingForPerson);
  const [first] = lanes;
  if (first === undefined) return '';
  return lanes.length === 1 ? `${visible(first.name)} waits for you` : `${count(lanes.length)} clusters wait for you`;
}

/** "Started 14:02:51 by platform-oncall. 563 settled, 437 to go." */
export function startedWords(job: JobSummary): string {
  const by = job.user === null ? '' : ` by ${visible(job.user)}`;
  const left = job.state === 'interrupted' ? 0 : job.total - job.settled;
  return `Started ${visible(job.started)}${by}. ${count(job.settled)} settled${left === 0 ? '' : `, ${count(left)} ${job.isSettled ? 'not' : 'to go'}`}.`;
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
  return job.isSettled || job.state === 'interrupted' ? what : `Deleting ${what}`;
}

/** In the status bar while it runs. */
export function statusWords(job: JobSummary): string {
  if (job.state === 'interrupted') return `A job was interrupted: ${titleWords(job)}`;
  const waiting = waitingForWords(job);
  const waits = waiting === '' ? '' : `, ${waiting}`;
  if (job.total === 1) return `Deleting ${visible(job.subject)}${waits}`;
  return `${titleWords(job)}, ${count(settledCount(job))} of ${count(job.total)}${waits}`;
}

export function refusedWords(job: JobSummary): string {
  if (job.total === 1) return endSentence(job);
  return `${plural('object', outcomeCount(job, 'refused'))} of ${visible(job.subject)} refused`;
}
