/** Plans of the fake host: frozen at once, worked out over a second, live until they are confirmed or discarded. */
import type { PlanConfirm, PlanCreate, PlanForm, PlanOf, PlanSummary } from '../types';
import type { FakeJobs } from './jobs';
import type { FakeObject } from './objects';
import { inOrder, summarize } from './planning';
import type { Planned } from './planning';
import { isLeftOut, newTarget, rehearse } from './targets';
import { fail } from './world';
import type { World } from './world';

type Plan = Planned & { timer: ReturnType<typeof setInterval> | null };

const beat = 140;
const beats = 7;

export class Plans {
  #plans = new Map<string, Plan>();
  #next = 1;

  constructor(
    private readonly world: World,
    private readonly jobs: FakeJobs,
  ) {
    world.subscribe((event) => {
      if (event.event === 'clusterChanged') this.#clusterChanged(event.cluster.id);
    });
  }

  create(request: PlanCreate): PlanSummary {
    const objects = this.#objects(request.of);
    if (!objects.length) throw fail('notFound', 'None of these objects is left. Nothing to delete.');
    const sorts = new Set(objects.map(({ id }) => this.world.cluster(id?.cluster ?? '').isPractice));
    if (sorts.size > 1) throw fail('invalidRequest', 'A plan is of practice clusters or of real ones.');
    const targets = inOrder(this.world, objects.map(newTarget));
    const plan: Plan = { plan: `p${String(this.#next++)}`, request, targets, version: 1, timer: null };
    this.#plans.set(plan.plan, plan);
    this.#work(plan);
    return summarize(this.world, plan);
  }

  get(id: string): Plan {
    const plan = this.#plans.get(id);
    if (!plan) throw fail('notOpen', `no plan ${id} is open`);
    return plan;
  }

  discard(id: string): void {
    const timer = this.#plans.get(id)?.timer;
    if (timer) clearInterval(timer);
    this.#plans.delete(id);
  }

  /** Changes an open plan, as a target that was replaced would. */
  replaceFirst(): void {
    for (const plan of this.#plans.values()) {
      const first = plan.targets.find(({ outcome }) => outcome !== 'replaced');
      if (!first) continue;
      Object.assign(first, { outcome: 'replaced', effect: 'replaced, not part of this plan', note: null });
      const { object } = first;
      plan.version += 1;
      this.#tell(plan, `${object.kind} ${object.name}${object.namespace ? ` in ${object.namespace}` : ''} was replaced. It is no longer part of this plan.`);
    }
  }

  confirm({ plan: id, digest, given }: PlanConfirm): ReturnType<FakeJobs['begin']> {
    const plan = this.get(id);
    const summary = summarize(this.world, plan);
    if (summary.digest !== digest) throw fail('planChanged', 'Nothing was sent. The plan changed after it was shown.');
    if (!summary.isReady) throw fail('planNotReady', 'Nothing was sent. The plan is still being worked out.');
    const locked = summary.clusters.find(({ isLocked }) => isLocked);
    if (locked) throw fail('readOnly', `Nothing was sent. ${locked.name} is read-only.`, { cluster: locked.cluster });
    const { proof } = summary;
    const isTyped = given.how === 'typed' && given.word === (proof.proof === 'typed' ? proof.word : proof.proof === 'hold' ? String(proof.count) : given.word);
    const isHeld = given.how === 'held' && given.ms >= 1200 && proof.proof !== 'typed';
    if (!isTyped && !isHeld && proof.proof !== 'click') throw fail('proofWrong', 'Nothing was sent. The proof is not the one asked for.');
    this.discard(id);
    const agreed = given.how === 'typed' ? `typing ${given.word}` : given.how === 'held' ? 'holding Delete' : 'a click on Delete';
    return this.jobs.begin(plan.targets.filter((target) => !isLeftOut(target)), plan.request.options, agreed);
  }

  export(id: string, form: PlanForm): string {
    const plan = this.get(id);
    if (form === 'json') return JSON.stringify(summarize(this.world, plan), null, 2);
    const lines = plan.targets.filter((target) => !isLeftOut(target)).map(({ object }) => {
      const context = this.world.cluster(object.id?.cluster ?? '').name;
      return `kubectl delete ${object.plural} ${object.name}${object.namespace ? ` -n ${object.namespace}` : ''} --context ${context}`;
    });
    return form === 'kubectl' ? lines.join('\n') : `plan: ${plan.plan}\ntargets:\n${lines.map((line) => `  - ${line}`).join('\n')}\n`;
  }

  #objects(of: PlanOf): FakeObject[] {
    if (of.of === 'marked') {
      const isPractice = ({ id }: FakeObject) => this.world.cluster(id?.cluster ?? '').isPractice;
      return [...this.world.marks.values()].filter((object) => of.part === 'all' || isPractice(object) === (of.part === 'practice'));
    }
    if (of.of === 'row') return [this.world.find(of.row)].filter((object) => object !== undefined);
    return this.jobs.left(of.job);
  }

  /** Rehearses what was not asked yet, a few at a time. */
  #work(plan: Plan): void {
    const step = Math.ceil(plan.targets.length / beats);
    plan.timer ??= setInterval(() => {
      for (const target of plan.targets.filter(({ rehearsal }) => rehearsal === 'asking').slice(0, step)) rehearse(this.world, target);
      if (plan.targets.every(({ rehearsal }) => rehearsal !== 'asking')) {
        if (plan.timer) clearInterval(plan.timer);
        plan.timer = null;
        plan.version += 1;
      }
      this.#tell(plan, '');
    }, beat);
  }

  #tell(plan: Plan, change: string): void {
    this.world.emit({ event: 'planChanged', plan: summarize(this.world, plan), change });
    this.world.onChange('all');
  }

  /** Unlocked: what was not asked is asked now. Locked, or another tier: the proof is another. */
  #clusterChanged(id: string): void {
    const isLocked = this.world.cluster(id).isLocked;
    for (const plan of this.#plans.values()) {
      const own = plan.targets.filter(({ object }) => object.id?.cluster === id);
      if (!own.length) continue;
      for (const target of own) if (!isLocked && target.rehearsal === 'notAsked') target.rehearsal = 'asking';
      plan.version += 1;
      inOrder(this.world, plan.targets);
      this.#work(plan);
      this.#tell(plan, '');
    }
  }
}
