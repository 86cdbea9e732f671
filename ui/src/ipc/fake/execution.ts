/** One beat of a job of the fake host: each cluster goes on by itself, as its server and its session allow. */
import type { Outcome } from '../types';
import type { FakeJob, FakeLane } from './jobs';
import { comesBack, hangs } from './targets';
import type { FakeTarget } from './targets';
import { keyOf } from './world';
import type { World } from './world';

const ends: Outcome[] = ['gone', 'alreadyGone', 'refused', 'replaced', 'recreated', 'notSent'];
const busyFor = 7_000;

export function isAtEnd({ outcome }: FakeTarget): boolean {
  return ends.includes(outcome);
}

export function ofLane(job: FakeJob, lane: FakeLane): FakeTarget[] {
  return job.targets.filter(({ object }) => object.id?.cluster === lane.cluster);
}

/** Whether anything changed that has to be told. */
export function step(world: World, job: FakeJob): boolean {
  const before = job.targets.filter(isAtEnd).length;
  const isStaged = job.options.order !== 'together';
  for (const lane of job.lanes) {
    const own = ofLane(job, lane);
    move(world, job, lane, own);
    if (isStaged && !own.every(isAtEnd)) break;
  }
  const settled = job.targets.filter(isAtEnd).length;
  const now = Date.now();
  job.paces = [...job.paces, ...Array.from({ length: settled - before }, () => now)].filter((at) => now - at < 2_000);
  const isOver = job.targets.every((target) => isAtEnd(target) || (target.outcome === 'terminating' && hangs(target.object)));
  if (isOver && job.ended === null && now - job.created > 400) {
    job.ended = now;
    if (job.state !== 'stopped') job.state = 'settled';
  }
  return true;
}

function move(world: World, job: FakeJob, lane: FakeLane, own: FakeTarget[]): void {
  const cluster = world.cluster(lane.cluster);
  const done = own.filter(isAtEnd).length;
  if (world.scenario === 'bulk') happen(world, lane, own.length, done);
  const isSending = job.state === 'running' && cluster.state === 'signedIn' && !cluster.isLocked && (lane.busyUntil ?? 0) < Date.now();
  if ((lane.busyUntil ?? 0) < Date.now()) lane.busyUntil = null;
  // What was sent is followed, as long as the cluster can be looked at.
  if (cluster.state === 'signedIn') for (const target of own.filter(({ outcome }) => ['requested', 'accepted', 'terminating', 'unknown'].includes(outcome)).slice(0, lane.atOnce * 2)) advance(world, target);
  if (!isSending) return;
  for (const target of own.filter(({ outcome }) => outcome === 'waiting').slice(0, lane.atOnce)) set(target, 'requested', null);
  if (!lane.wasBusy) lane.atOnce = Math.min(32, lane.atOnce + 1);
}

/** The story of the picture: one server slows down, one ends the session. */
function happen(world: World, lane: FakeLane, total: number, done: number): void {
  if (lane.cluster === 'c-payments-staging-eu' && !lane.wasBusy && done > total / 3) Object.assign(lane, { wasBusy: true, busyUntil: Date.now() + busyFor, atOnce: 16 });
  const { state, generation, user, name } = world.cluster(lane.cluster);
  if (lane.cluster === 'c-payments-prod-us' && state === 'signedIn' && generation === 1 && done > total / 4) {
    const cause = `The server ended the session of ${user ?? ''}: it answered 401.`;
    world.setCluster(lane.cluster, { state: 'needsSignIn', since: Date.now() / 1000, problem: cause, generation: 2 });
    world.emit({ event: 'loggedOut', clusterId: lane.cluster, generation: 1, cause: `${name}: ${cause}` });
  }
}

function set(target: FakeTarget, outcome: Outcome, note: string | null): void {
  if (target.outcome !== outcome) target.since = Date.now();
  Object.assign(target, { outcome, note });
}

function advance(world: World, target: FakeTarget): void {
  const { object } = target;
  if (target.outcome === 'requested') {
    if (object.name === 'protected-build-roots') return set(target, 'refused', 'Policy keep-release-config: “release config is kept for audit”. Still there.');
    if (object.name.startsWith('already-gone')) return set(target, 'alreadyGone', 'Was already gone when the DELETE arrived.');
    return set(target, 'accepted', null);
  }
  if (target.outcome === 'accepted' && object.kind === 'Pod') {
    world.change(object, { state: 'terminating', cells: { ...object.cells, status: 'Terminating' } });
    return set(target, 'terminating', 'Accepted, not gone yet: 30 s grace period.');
  }
  if (hangs(object)) return set(target, 'terminating', `Terminating for ${String(Math.round((Date.now() - target.since) / 1000))} s, waits for finalizer strimzi.io/topic-operator.`);
  const isBack = comesBack(object);
  set(target, isBack ? 'recreated' : 'gone', isBack ? `Gone, and recreated by ReplicaSet ledger-worker-5b7c9d4f8 as ledger-worker-5b7c9d4f8-m2x7c.` : null);
  world.remove(object);
  if (object.id) world.marks.delete(keyOf(object.id));
}
