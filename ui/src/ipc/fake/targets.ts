/** A target as plans, jobs and receipts of the fake host share it, and what a server would say of it. */
import type { CopyState, Outcome, RehearsalState } from '../types';
import type { FakeObject } from './objects';
import type { World } from './world';

export type FakeTarget = {
  object: FakeObject;
  outcome: Outcome;
  rehearsal: RehearsalState;
  effect: string;
  note: string | null;
  /** When the outcome began, in milliseconds. */
  since: number;
  copy: CopyState;
};

export function newTarget(object: FakeObject): FakeTarget {
  return { object, outcome: 'waiting', rehearsal: 'asking', effect: '', note: null, since: Date.now(), copy: 'kept' };
}

/** What goes with it: for the effect, and in full for its second line. */
const dependants: Record<string, [short: string, long: string]> = {
  Namespace: ['takes 214 objects', '23 Pods, 6 Deployments, 11 ReplicaSets, 31 ConfigMaps, 44 Secrets, 3 PersistentVolumeClaims, 96 of 11 other kinds'],
  Deployment: ['takes 1 ReplicaSet, 3 Pods', 'ReplicaSet checkout-api-canary-6d8f9c7b54; Pods …-2xk9p, …-8jw4t, …-vh2qd'],
  StatefulSet: ['takes 3 Pods', 'Pods …-0, …-1, …-2'],
  CronJob: ['takes 3 Jobs, 3 Pods', '3 Jobs, 3 Pods'],
  Job: ['takes 1 Pod', '1 Pod'],
};

export function goesWith(object: FakeObject): [short: string, long: string] | null {
  return dependants[object.kind] ?? null;
}

export function comesBack(object: FakeObject): boolean {
  return object.kind === 'Pod' && object.name.startsWith('ledger-worker');
}

export function hangs(object: FakeObject): boolean {
  return object.kind === 'KafkaTopic';
}

export function holdsData(object: FakeObject): boolean {
  return object.kind === 'PersistentVolumeClaim';
}

/** The server's words where it would refuse. */
export function refusal(object: FakeObject): string | null {
  if (object.name === 'gateway-routes') return 'admission webhook "policy.example.com" denied the request: Policy protect-edge: edge routes need a change ticket';
  if (object.name === 'checkout-db-credentials') return 'secrets "checkout-db-credentials" is forbidden: User "platform-oncall" cannot delete resource "secrets" in API group "" in the namespace "payments-prod"';
  return null;
}

export function effectOf(object: FakeObject): string {
  if (comesBack(object)) return 'comes back';
  if (hangs(object)) return 'will hang';
  if (holdsData(object)) return 'destroys a 100 GiB disk';
  return goesWith(object)?.[0] ?? '';
}

/** Asks the server in memory; answers what it says. */
export function rehearse(world: World, target: FakeTarget): void {
  const { object } = target;
  const words = refusal(object);
  if (world.cluster(object.id?.cluster ?? '').isLocked) target.rehearsal = 'notAsked';
  else if (words !== null) target.rehearsal = 'refused';
  else target.rehearsal = object.kind === 'Certificate' ? 'cannotBe' : 'accepted';
  target.effect = words === null ? effectOf(object) : 'not part of this plan';
  target.note = target.rehearsal === 'refused' ? words : target.rehearsal === 'cannotBe' ? 'Cannot be rehearsed: webhook audit.example.com does not support dry runs. It may still be accepted.' : (goesWith(object)?.[1] ?? null);
  if (target.rehearsal === 'notAsked') target.effect = effectOf(object);
}

export function isLeftOut(target: FakeTarget): boolean {
  return target.rehearsal === 'refused' || target.object.state === 'gone' || target.outcome === 'replaced';
}

export function time(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}

export function subjectOf(targets: readonly FakeTarget[]): string {
  const object = targets[0]?.object;
  if (targets.length === 1 && object) return `${object.kind} ${object.name}${object.namespace ? ` in ${object.namespace}` : ''}`;
  const kinds = new Set(targets.map((target) => target.object.kind));
  return `${targets.length.toLocaleString('en')} ${kinds.size === 1 ? `${object?.kind ?? ''}s` : 'objects'}`;
}

export function clustersOf(targets: readonly FakeTarget[]): string[] {
  return [...new Set(targets.map(({ object }) => object.id?.cluster ?? ''))];
}
