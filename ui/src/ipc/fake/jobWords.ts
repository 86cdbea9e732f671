/** A job of the fake host in numbers and sentences. */
import type { JobLane, JobSummary, LaneState, LaneWait, Outcome, OutcomeCount } from '../types';
import { isAtEnd, ofLane } from './execution';
import type { FakeJob, FakeLane } from './jobs';
import { time } from './targets';
import type { FakeTarget } from './targets';
import type { World } from './world';

export function counts(targets: readonly FakeTarget[]): OutcomeCount[] {
  const byOutcome = new Map<Outcome, number>();
  for (const { outcome } of targets) byOutcome.set(outcome, (byOutcome.get(outcome) ?? 0) + 1);
  return [...byOutcome].map(([outcome, count]) => ({ outcome, count }));
}

const words: [Outcome[], string][] = [
  [['gone'], 'gone'], [['alreadyGone'], 'already gone'], [['recreated'], 'recreated'], [['refused'], 'refused'], [['replaced'], 'replaced'],
  [['terminating'], 'terminating'], [['unknown'], 'unknown'], [['requested', 'accepted'], 'in flight'], [['waiting'], 'waiting'], [['notSent'], 'not sent'],
];

const number = (value: number) => value.toLocaleString('en');
const having = (targets: readonly FakeTarget[], outcomes: Outcome[]) => targets.filter(({ outcome }) => outcomes.includes(outcome)).length;

export function countWords(targets: readonly FakeTarget[]): string {
  return words.map(([outcomes, word]) => [having(targets, outcomes), word] as const).filter(([many]) => many > 0).map(([many, word]) => `${number(many)} ${word}`).join(', ');
}

export function took(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 90 ? `${String(Math.round(seconds))} s` : `${String(Math.floor(seconds / 60))} min ${String(Math.round(seconds % 60))} s`;
}

function laneOf(world: World, job: FakeJob, lane: FakeLane): JobLane {
  const own = ofLane(job, lane);
  const cluster = world.cluster(lane.cluster);
  const settled = own.filter(isAtEnd).length;
  const [state, waitsFor, problem] = stateOf(world, job, lane, own);
  const seconds = lane.busyUntil === null ? null : Math.max(1, Math.ceil((lane.busyUntil - Date.now()) / 1000));
  const sentence = `${countWords(own)}.`;
  return { cluster: lane.cluster, name: cluster.name, tier: cluster.tier, isPractice: cluster.isPractice, total: own.length, settled, outcomes: counts(own), state, waitsFor, seconds, atOnce: lane.atOnce, sentence, problem };
}

function stateOf(world: World, job: FakeJob, lane: FakeLane, own: FakeTarget[]): [LaneState, LaneWait | null, string | null] {
  const cluster = world.cluster(lane.cluster);
  if (own.every(isAtEnd)) return ['done', null, null];
  if (job.state === 'stopped' || job.state === 'interrupted') return ['stopped', null, null];
  if (job.state === 'paused') return ['paused', 'person', null];
  if (cluster.state === 'needsSignIn') return ['paused', 'signIn', `The server ended the session at ${time((cluster.since ?? 0) * 1000)}`];
  if (cluster.state === 'unreachable') return ['paused', 'connection', 'Paused: it does not answer'];
  if (cluster.isLocked) return ['paused', 'unlock', 'Paused: it is read-only again'];
  if (lane.busyUntil !== null) return ['paused', 'server', `${cluster.name} asked to slow down`];
  const isTurn = job.options.order === 'together' || job.lanes.slice(0, job.lanes.indexOf(lane)).every((before) => ofLane(job, before).every(isAtEnd));
  return isTurn ? ['running', null, null] : ['waiting', null, null];
}

export function summary(world: World, job: FakeJob): JobSummary {
  const lanes = job.lanes.map((lane) => laneOf(world, job, lane));
  const settled = job.targets.filter(isAtEnd).length;
  const perSecond = job.paces.length / 2;
  const waiting = having(job.targets, ['waiting']);
  const users = [...new Set(job.lanes.map(({ cluster }) => world.cluster(cluster).user))];
  const needsPerson = job.state === 'interrupted' || (job.ended === null && lanes.some(({ waitsFor }) => waitsFor === 'signIn' || waitsFor === 'unlock'));
  const isRunning = job.ended === null && job.state === 'running';
  return {
    job: job.job, subject: job.subject, started: time(job.created), state: job.state,
    user: users.length === 1 ? (users[0] ?? null) : null,
    isSettled: job.ended !== null && job.state !== 'interrupted',
    total: job.targets.length,
    settled,
    inFlight: having(job.targets, ['requested', 'accepted']),
    perSecond: isRunning && perSecond > 0 ? perSecond : null,
    secondsLeft: isRunning && perSecond > 0 ? Math.ceil(waiting / perSecond) : null,
    took: job.ended === null ? null : took(job.ended - job.created),
    outcomes: counts(job.targets),
    lanes,
    sentence: sentenceOf(world, job),
    retryable: job.ended === null ? 0 : having(job.targets, ['refused', 'unknown', 'notSent']),
    needsPerson,
  };
}

function sentenceOf(world: World, job: FakeJob): string {
  const { targets } = job;
  const [only] = targets;
  if (targets.length === 1 && only) {
    const { object, outcome, note } = only;
    const where = `${object.kind} ${object.name}${object.namespace ? ` in ${object.namespace}` : ''}, ${world.cluster(object.id?.cluster ?? '').name}`;
    if (outcome === 'gone') return `${where} is gone.`;
    return note ?? (isAtEnd(only) ? `${where} was not deleted.` : 'Accepted, not gone yet.');
  }
  const all = number(targets.length);
  if (job.state === 'interrupted') return `A job was interrupted: ${countWords(targets)}. Nothing goes on by itself.`;
  if (job.state === 'stopped') return `Stopped by you. ${countWords(targets)}.`;
  if (job.state === 'paused') return `Paused by you. ${countWords(targets)}.`;
  if (job.ended === null) return '';
  const gone = having(targets, ['gone', 'alreadyGone']);
  if (gone === targets.length) return `All ${job.subject} are gone.`;
  const still: [Outcome, string, string][] = [['recreated', 'came back', 'came back'], ['terminating', 'is terminating', 'are terminating'], ['refused', 'was refused', 'were refused'], ['unknown', 'is unknown', 'are unknown'], ['notSent', 'was not sent', 'were not sent']];
  const parts = still.map(([outcome, one, many]) => [having(targets, [outcome]), one, many] as const).filter(([count]) => count > 0).map(([count, one, many]) => `${number(count)} ${count === 1 ? one : many}`);
  const left = targets.length - gone;
  return `${number(gone)} of ${all} ${gone === 1 ? 'is' : 'are'} gone. ${number(left)} ${left === 1 ? 'is' : 'are'} still there: ${parts.join(', ')}.`;
}
