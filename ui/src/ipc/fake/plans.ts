/** Plans, proofs and jobs of the fake host. */
import type { Finding, JobSummary, Outcome, OutcomeCount, PlanCluster, PlanConfirm, PlanCreate, PlanSummary, PlanTarget, ProofAsked, RiskLevel } from '../types';
import type { FakeObject } from './objects';
import type { Targets } from './views';
import { fail } from './world';
import type { World } from './world';

type Target = { object: FakeObject; outcome: Outcome; note: string | null };
type Plan = { summary: PlanSummary; targets: Target[] };
type Job = { summary: JobSummary; targets: Target[]; timer: ReturnType<typeof setInterval> | null };

const tick = 120;
const atOnce = 8;

export class Plans {
  #plans = new Map<string, Plan>();
  #jobs = new Map<string, Job>();
  #next = 1;

  constructor(private readonly world: World) {}

  readonly targets: Targets = (source) => {
    const held = source.source === 'plan' ? this.#plans.get(source.plan) : this.#jobs.get(source.job);
    if (!held) throw fail('notOpen', 'this plan or job is not open');
    return held.targets;
  };

  create(request: PlanCreate): PlanSummary {
    const objects = request.of.of === 'marked' ? [...this.world.marks.values()] : [this.world.find(request.of.row)].filter((object) => object !== undefined);
    if (!objects.length) throw fail('notFound', 'None of these objects is left. Nothing to delete.');
    const id = `p${String(this.#next++)}`;
    const targets = objects.map((object) => ({ object, outcome: 'waiting' as Outcome, note: null }));
    const summary = summarize(this.world, id, objects, request);
    this.#plans.set(id, { summary, targets });
    return summary;
  }

  discard(id: string): void {
    this.#plans.delete(id);
  }

  /** Changes an open plan, as a target that was replaced would. */
  replaceFirst(): void {
    for (const plan of this.#plans.values()) {
      const first = plan.targets[0];
      if (!first) continue;
      first.outcome = 'replaced';
      const { object } = first;
      const digest = `${plan.summary.digest}+`;
      const only = plan.summary.only ? { ...plan.summary.only, presence: 'replaced' as const } : null;
      plan.summary = { ...plan.summary, digest, only, remaining: plan.summary.total - 1 };
      const change = `${object.kind} ${object.name} in ${object.namespace ?? 'the cluster'} was replaced. It is no longer part of this plan.`;
      this.world.emit({ event: 'planChanged', plan: plan.summary, change });
    }
  }

  confirm(request: PlanConfirm): JobSummary {
    const plan = this.#plans.get(request.plan);
    if (!plan) throw fail('notOpen', `no plan ${request.plan} is open`);
    if (plan.summary.digest !== request.digest) throw fail('planChanged', 'Nothing was sent. The plan changed after it was shown.');
    const { proof } = plan.summary;
    if (proof.proof === 'typed' && proof.word !== request.typed) throw fail('proofWrong', 'Nothing was sent. The typed word is not the one asked for.');
    this.#plans.delete(request.plan);
    const id = `j${String(this.#next++)}`;
    const job: Job = { targets: plan.targets, timer: null, summary: jobSummary(this.world, id, subjectOf(plan.targets), plan.targets, new Date().toTimeString().slice(0, 8)) };
    this.#jobs.set(id, job);
    job.timer = setInterval(() => this.#step(job), tick);
    this.#changed(job);
    return job.summary;
  }

  jobs(): JobSummary[] {
    return [...this.#jobs.values()].map((job) => job.summary).reverse();
  }

  #step(job: Job): void {
    const next: Partial<Record<Outcome, Outcome>> = { waiting: 'requested', requested: 'accepted', accepted: 'gone', terminating: 'gone' };
    for (const target of job.targets.filter(({ outcome }) => outcome in next).slice(0, atOnce)) {
      const { object } = target;
      if (object.name === 'protected-build-roots' && target.outcome === 'requested') {
        target.outcome = 'refused';
        target.note = 'Policy keep-release-config: “release config is kept for audit”. Still there.';
        continue;
      }
      const isSlow = object.kind === 'Pod' && target.outcome === 'accepted';
      target.outcome = isSlow ? 'terminating' : (next[target.outcome] ?? target.outcome);
      target.note = isSlow ? 'Accepted, not gone yet: 30 s grace period.' : null;
      if (isSlow) this.world.change(object, { state: 'terminating', cells: { ...object.cells, status: 'Terminating' } });
      if (target.outcome === 'gone') {
        this.world.remove(object);
        if (object.id) this.world.marks.delete(`${object.id.cluster}/${object.id.uid}`);
      }
    }
    this.#changed(job);
    if (job.summary.isSettled && job.timer !== null) clearInterval(job.timer);
  }

  #changed(job: Job): void {
    job.summary = jobSummary(this.world, job.summary.job, job.summary.subject, job.targets, job.summary.started);
    this.world.emit({ event: 'jobChanged', job: job.summary });
    this.world.marksChanged();
  }
}

function subjectOf(targets: Target[]): string {
  const object = targets[0]?.object;
  if (targets.length === 1 && object) return `${object.kind} ${object.name}${object.namespace ? ` in ${object.namespace}` : ''}`;
  const kinds = new Set(targets.map((target) => target.object.kind));
  return `${String(targets.length)} ${kinds.size === 1 ? `${object?.kind ?? ''}s` : 'objects'}`;
}

function counts(targets: Target[]): OutcomeCount[] {
  const byOutcome = new Map<Outcome, number>();
  for (const { outcome } of targets) byOutcome.set(outcome, (byOutcome.get(outcome) ?? 0) + 1);
  return [...byOutcome].map(([outcome, count]) => ({ outcome, count }));
}

const ends: Outcome[] = ['gone', 'alreadyGone', 'refused', 'replaced', 'recreated', 'notSent'];

function jobSummary(world: World, job: string, subject: string, targets: Target[], started: string): JobSummary {
  const ids = [...new Set(targets.map(({ object }) => object.id?.cluster ?? ''))];
  const lanes = ids.map((id) => {
    const own = targets.filter(({ object }) => object.id?.cluster === id);
    const { name, tier } = world.cluster(id);
    return { cluster: id, name, tier, total: own.length, outcomes: counts(own), problem: null };
  });
  const isSettled = targets.every(({ outcome }) => ends.includes(outcome));
  const only = targets.length === 1 ? targets[0] : undefined;
  const where = only ? `${only.object.kind} ${only.object.name} in ${only.object.namespace ?? 'the cluster'}, ${lanes[0]?.name ?? ''}` : '';
  const sentence = !only ? null : only.outcome === 'gone' ? `${where} is gone.` : isSettled ? `${where} was not deleted.` : (only.note ?? 'Accepted, not gone yet.');
  return { job, subject, started, isSettled, total: targets.length, outcomes: counts(targets), lanes, sentence };
}

function target(object: FakeObject): PlanTarget {
  return {
    cluster: object.id?.cluster ?? '',
    kind: object.kind,
    resource: object.plural,
    namespace: object.namespace,
    name: object.name,
    uid: object.id?.uid ?? '',
    presence: object.state === 'terminating' ? 'terminating' : object.state === 'gone' ? 'gone' : 'present',
  };
}

function summarize(world: World, plan: string, objects: FakeObject[], request: PlanCreate): PlanSummary {
  const ids = [...new Set(objects.map((object) => object.id?.cluster ?? ''))];
  const clusters: PlanCluster[] = ids.map((id) => {
    const own = objects.filter((object) => object.id?.cluster === id);
    const cluster = world.cluster(id);
    const namespaces = [...new Set(own.map((object) => object.namespace).filter((name) => name !== null))].sort();
    return { cluster: id, name: cluster.name, tier: cluster.tier, server: new URL(cluster.server).host, namespaces, count: own.length };
  });
  const kinds = new Map<string, number>();
  for (const { kind } of objects) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const { risk, reasons } = riskOf(clusters, objects);
  const only = objects.length === 1 && objects[0] ? target(objects[0]) : null;
  const left = objects.filter((object) => object.state !== 'gone').length;
  return {
    plan, digest: `${plan}-digest`, clusters, total: objects.length, remaining: left,
    kinds: [...kinds].map(([kind, count]) => ({ kind, count })),
    only, options: request.options, risk, reasons, proof: proofOf(risk, clusters, objects),
    findings: findingsOf(objects),
    asKubectl: objects.map((object) => `kubectl delete ${object.plural} ${object.name}${object.namespace ? ` -n ${object.namespace}` : ''} --context ${clusters.find((c) => c.cluster === object.id?.cluster)?.name ?? ''}`).join('\n'),
  };
}

function riskOf(clusters: PlanCluster[], objects: FakeObject[]): { risk: RiskLevel; reasons: string[] } {
  const reasons: string[] = [];
  if (clusters.some(({ tier }) => tier === 'production')) reasons.push('production');
  if (clusters.some(({ tier }) => tier === 'unknown')) reasons.push('unknown tier, treated like production');
  if (objects.some(({ kind }) => kind === 'Namespace')) reasons.push('a whole namespace');
  if (objects.length > 50) reasons.push('more than 50 objects');
  return reasons.length ? { risk: 'high', reasons } : { risk: 'low', reasons: ['development'] };
}

function proofOf(risk: RiskLevel, clusters: PlanCluster[], objects: FakeObject[]): ProofAsked {
  if (risk === 'low') return { proof: 'click' };
  const namespaces = new Set(clusters.flatMap((cluster) => cluster.namespaces));
  const [only] = objects;
  if (objects.length === 1 && only) return { proof: 'typed', word: only.name.length > 40 ? only.name.slice(-12) : only.name };
  const [namespace] = namespaces;
  if (clusters.length === 1 && namespaces.size === 1 && namespace) return { proof: 'typed', word: namespace };
  return { proof: 'typed', word: (clusters.find(({ tier }) => tier === 'production') ?? clusters[0])?.name ?? '' };
}

function findingsOf(objects: FakeObject[]): Finding[] {
  const comesBack = objects.find((object) => object.kind === 'Pod');
  return [
    { kind: 'copy', title: 'No copy is kept', detail: 'This version keeps no copies. What is deleted cannot be brought back by Secateur.' },
    ...(comesBack ? [{ kind: 'comesBack' as const, title: 'May come back', detail: `${comesBack.name} has an owner, which may replace it.` }] : []),
    { kind: 'rehearsal', title: 'Not rehearsed', detail: 'This version does not ask the server beforehand whether it would accept.' },
  ];
}
