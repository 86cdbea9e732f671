/** What the sheet is told about a plan of the fake host: bands, findings, risk, proof. */
import type { Finding, FindingKind, FindingTone, PlanCluster, PlanCreate, PlanSummary, PlanTarget, ProofAsked, RiskLevel } from '../types';
import { warningOf } from './objects';
import { clustersOf, comesBack, goesWith, hangs, holdsData, isLeftOut, refusal, time } from './targets';
import type { FakeTarget } from './targets';
import type { World } from './world';

export type Planned = { plan: string; request: PlanCreate; targets: FakeTarget[]; version: number };

export function summarize(world: World, planned: Planned): PlanSummary {
  const { plan, request, targets, version } = planned;
  const clusters = bands(world, targets);
  const kinds = new Map<string, number>();
  for (const { object } of targets) kinds.set(object.kind, (kinds.get(object.kind) ?? 0) + 1);
  const { risk, reasons } = riskOf(clusters, targets);
  const left = targets.filter((target) => !isLeftOut(target));
  const done = targets.filter(({ rehearsal }) => rehearsal !== 'asking').length;
  const isReady = done === targets.length;
  const users = [...new Set(clusters.map(({ user }) => user))];
  return {
    plan, clusters, risk, reasons,
    digest: `${plan}-${String(version)}`,
    total: targets.length,
    remaining: left.length,
    kinds: [...kinds].map(([kind, count]) => ({ kind, count })),
    only: targets.length === 1 && targets[0] ? onlyTarget(targets[0]) : null,
    options: request.options,
    proof: proofOf(risk, clusters, left),
    findings: findingsOf(world, targets, isReady),
    progress: { done, total: targets.length, words: `${done.toLocaleString('en')} of ${targets.length.toLocaleString('en')} rehearsed` },
    isReady,
    rehearsed: isReady && targets.some(({ rehearsal }) => rehearsal === 'accepted') ? `Rehearsed at ${time(Date.now())}${users.length === 1 && users[0] ? ` as ${users[0]}` : ` on ${String(clusters.length)} servers`}.` : '',
  };
}

const careful = { development: 0, staging: 1, unknown: 2, production: 3 };

/** The least risky cluster first. */
export function inOrder(world: World, targets: FakeTarget[]): FakeTarget[] {
  const place = ({ object }: FakeTarget) => careful[world.cluster(object.id?.cluster ?? '').tier];
  return targets.sort((a, b) => place(a) - place(b));
}

function bands(world: World, targets: FakeTarget[]): PlanCluster[] {
  return clustersOf(targets).map((id) => {
    const own = targets.filter(({ object }) => object.id?.cluster === id);
    const { name, tier, isPractice, server, user, isLocked } = world.cluster(id);
    const namespaces = [...new Set(own.map(({ object }) => object.namespace).filter((namespace) => namespace !== null))].sort();
    return { cluster: id, name, tier, isPractice, server: new URL(server).host, namespaces, count: own.length, user, isLocked };
  });
}

function onlyTarget({ object, rehearsal, outcome }: FakeTarget): PlanTarget {
  const presence = outcome === 'replaced' ? 'replaced' : object.state === 'terminating' ? 'terminating' : object.state === 'gone' ? 'gone' : 'present';
  return { cluster: object.id?.cluster ?? '', kind: object.kind, resource: object.plural, namespace: object.namespace, name: object.name, uid: object.id?.uid ?? '', presence, rehearsal };
}

function riskOf(clusters: PlanCluster[], targets: FakeTarget[]): { risk: RiskLevel; reasons: string[] } {
  const high: string[] = [];
  const medium: string[] = [];
  if (clusters.some(({ tier }) => tier === 'production')) high.push('production');
  if (clusters.some(({ tier }) => tier === 'unknown')) high.push('unknown tier');
  if (targets.some(({ object }) => object.kind === 'Namespace')) high.push('a whole namespace');
  if (targets.some(({ object }) => holdsData(object))) high.push('data is destroyed');
  if (targets.length > 50) high.push('more than 50 objects');
  if (clusters.some(({ tier }) => tier === 'staging') && targets.some(({ object }) => goesWith(object))) medium.push('staging', 'something goes with it');
  if (targets.length > 1) medium.push(`${String(targets.length)} objects`);
  if (high.length) return { risk: 'high', reasons: high };
  return medium.length ? { risk: 'medium', reasons: medium } : { risk: 'low', reasons: ['nothing is lost'] };
}

function proofOf(risk: RiskLevel, clusters: PlanCluster[], left: FakeTarget[]): ProofAsked {
  if (risk === 'low') return { proof: 'click' };
  if (risk === 'medium') return { proof: 'hold', count: left.length };
  const [only] = left;
  if (left.length === 1 && only) return { proof: 'typed', word: only.object.name.length > 40 ? only.object.name.slice(-12) : only.object.name };
  const [namespace, ...others] = [...new Set(clusters.flatMap((cluster) => cluster.namespaces))];
  if (clusters.length === 1 && namespace !== undefined && !others.length) return { proof: 'typed', word: namespace };
  return { proof: 'typed', word: [...clusters].sort((a, b) => careful[b.tier] - careful[a.tier])[0]?.name ?? '' };
}

const finding = (kind: FindingKind, tone: FindingTone, title: string, detail: string): Finding => ({ kind, tone, title, detail });

function findingsOf(world: World, targets: FakeTarget[], isReady: boolean): Finding[] {
  if (!isReady) {
    const asked = targets.length === 1 ? 'Whether the server would accept it' : 'Whether the servers would accept them';
    return [
      finding('rehearsal', 'asking', asked, 'asking…'),
      finding('refers', 'asking', 'What refers to it', 'asking…'),
      finding('dependants', 'asking', 'What goes with it and what brings it back', 'asking…'),
      finding('copy', 'asking', 'Whether a copy is kept', 'asking…'),
    ];
  }
  const all = targets.length > 1 ? many(targets) : one(world, targets[0]);
  return all.filter((known) => known !== null);
}

function one(world: World, target: FakeTarget | undefined): (Finding | null)[] {
  if (!target) return [];
  const { object, rehearsal, note } = target;
  const { user, name } = world.cluster(object.id?.cluster ?? '');
  const at = `Rehearsed at ${time(Date.now())} as ${user ?? ''}.`;
  const answers: Partial<Record<FakeTarget['rehearsal'], Finding>> = {
    accepted: finding('rehearsal', 'good', 'The server would accept it', at),
    refused: finding('refused', 'bad', 'The server would refuse it', note ?? ''),
    cannotBe: finding('rehearsal', 'warn', 'Cannot be rehearsed', note ?? ''),
    notAsked: finding('rehearsal', 'plain', 'Not rehearsed', `${name} is read-only: nothing is sent to it, not even a rehearsal.`),
  };
  const goes = goesWith(object);
  const warning = warningOf(object.plural);
  return [
    answers[rehearsal] ?? null,
    warning === null || rehearsal !== 'accepted' ? null : finding('rehearsal', 'warn', 'The server warns', `“${warning}”.`),
    holdsData(object) ? finding('data', 'bad', '100 GiB of data is destroyed', 'PersistentVolume pvc-3f1c9a02 has reclaim policy Delete. Restore cannot bring it back.') : null,
    comesBack(object) ? finding('comesBack', 'warn', 'Comes back', 'Deployment ledger-worker replaces it.') : null,
    hangs(object) ? finding('hangs', 'warn', 'Will hang', 'Waits for finalizer strimzi.io/topic-operator, whose operator has 0 of 1 Pods ready.') : null,
    object.kind === 'ConfigMap' ? finding('refers', 'warn', '1 object refers to it', 'CronJob nightly-e2e mounts it at /etc/params. Its next run at 14:45 will not start without it.') : null,
    goes ? finding('dependants', 'plain', `${goes[0].charAt(0).toUpperCase()}${goes[0].slice(1)}`, goes[1]) : comesBack(object) ? null : finding('dependants', 'plain', 'Nothing goes with it, nothing brings it back', 'No dependants. No owner, Helm release or GitOps marks.'),
    finding('copy', 'plain', `A copy goes to the trash for ${String(world.settings.trashDays)} days`, 'Restore it from its receipt. The restored object gets a new UID.'),
  ];
}

function many(targets: FakeTarget[]): (Finding | null)[] {
  const refused = targets.filter(({ rehearsal }) => rehearsal === 'refused');
  const back = targets.filter(({ object }) => comesBack(object));
  const hang = targets.filter(({ object }) => hangs(object));
  const data = targets.filter(({ object }) => holdsData(object));
  const left = targets.length - refused.length;
  const objects = (number: number) => `${number.toLocaleString('en')} ${number === 1 ? 'object' : 'objects'}`;
  return [
    data.length ? finding('data', 'bad', `${String(100 * data.length)} GiB of data is destroyed`, 'Its disk has reclaim policy Delete. Restore cannot bring it back.') : null,
    refused.length ? finding('refused', 'bad', `${objects(refused.length)} would be refused and stay`, refused.map(({ object }) => `${object.kind} ${object.name}: ${refusal(object) ?? ''}.`).join(' ')) : null,
    back.length ? finding('comesBack', 'warn', `${objects(back.length)} ${back.length === 1 ? 'comes' : 'come'} back`, 'Deployment ledger-worker replaces them.') : null,
    hang.length ? finding('hangs', 'warn', `${objects(hang.length)} will hang`, `KafkaTopic ${hang[0]?.object.name ?? ''} waits for finalizer strimzi.io/topic-operator. Its operator has 0 of 1 Pods ready.`) : null,
    targets.some(({ object }) => goesWith(object)) ? finding('refers', 'plain', '7 objects refer to these', 'Service checkout-api loses 3 of 9 endpoints.') : null,
    targets.some(({ rehearsal }) => rehearsal === 'notAsked') ? finding('rehearsal', 'plain', 'Not all are rehearsed', 'Nothing is sent to a read-only cluster, not even a rehearsal.') : null,
    finding('copy', 'plain', `Copies: ${String(left)} of ${String(left)}`, 'They go to the trash for 30 days. What goes with them is kept too.'),
  ];
}
