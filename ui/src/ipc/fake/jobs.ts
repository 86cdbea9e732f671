/** Jobs of the fake host: what they hold, what a person does to them, and what is left of them. */
import type { DeleteOptions, JobControl, JobState, JobSummary } from '../types';
import { step } from './execution';
import { summary } from './jobWords';
import type { FakeObject } from './objects';
import type { FakeTarget } from './targets';
import { subjectOf, clustersOf, newTarget } from './targets';
import { fail } from './world';
import type { World } from './world';

/** What a cluster's part of a job holds beside its targets. */
export type FakeLane = { cluster: string; atOnce: number; busyUntil: number | null; wasBusy: boolean };
export type FakeJob = {
  job: string;
  subject: string;
  /** Milliseconds. */
  created: number;
  ended: number | null;
  state: JobState;
  targets: FakeTarget[];
  lanes: FakeLane[];
  options: DeleteOptions;
  agreed: string;
  /** When targets settled lately, in milliseconds. */
  paces: number[];
  timer: ReturnType<typeof setInterval> | null;
};

const beat = 120;

export function makeJob(job: string, targets: FakeTarget[], options: DeleteOptions, agreed: string, created: number): FakeJob {
  const lanes = clustersOf(targets).map((cluster) => ({ cluster, atOnce: 8, busyUntil: null, wasBusy: false }));
  return { job, subject: subjectOf(targets), created, ended: null, state: 'running', targets, lanes, options, agreed, paces: [], timer: null };
}

export class FakeJobs {
  #jobs: FakeJob[] = [];
  #next = 1;

  constructor(private readonly world: World) {
    if (world.scenario === 'interrupted') this.#jobs.push(interrupted(world));
  }

  begin(targets: FakeTarget[], options: DeleteOptions, agreed: string): JobSummary {
    const fresh = targets.map((target): FakeTarget => ({ ...target, outcome: 'waiting', note: null, since: Date.now() }));
    const job = makeJob(`j${String(this.#next++)}`, fresh, options, agreed, Date.now());
    this.#jobs = [job, ...this.#jobs];
    this.#run(job);
    return this.#tell(job);
  }

  get(id: string): FakeJob {
    const job = this.#jobs.find((known) => known.job === id);
    if (!job) throw fail('notOpen', `no job ${id} is known`);
    return job;
  }

  all(): readonly FakeJob[] {
    return this.#jobs;
  }

  read(): JobSummary[] {
    return this.#jobs.filter(({ ended, state }) => state === 'interrupted' || ended === null || ended > this.world.started).map((job) => summary(this.world, job));
  }

  control(id: string, control: JobControl): JobSummary {
    const job = this.get(id);
    if (job.ended !== null && job.state !== 'paused') return summary(this.world, job);
    if (control === 'stop') {
      job.state = 'stopped';
      for (const target of job.targets) if (target.outcome === 'waiting') Object.assign(target, { outcome: 'notSent', since: Date.now() });
    } else job.state = control === 'pause' ? 'paused' : 'running';
    return this.#tell(job);
  }

  resume(id: string): JobSummary {
    const job = this.get(id);
    job.state = 'running';
    for (const target of job.targets) if (target.outcome === 'notSent') Object.assign(target, { outcome: 'waiting', since: Date.now() });
    this.#run(job);
    return this.#tell(job);
  }

  dismiss(id: string): void {
    const job = this.get(id);
    job.state = 'settled';
    job.ended = Date.now();
    this.#tell(job);
    this.world.emit({ event: 'historyChanged' });
  }

  /** What a new plan could still delete. */
  left(id: string): FakeObject[] {
    return this.get(id).targets.filter(({ outcome, object }) => ['refused', 'unknown', 'notSent'].includes(outcome) && object.state !== 'gone').map(({ object }) => object);
  }

  #run(job: FakeJob): void {
    job.timer ??= setInterval(() => {
      if (!step(this.world, job)) return;
      if (job.ended !== null) {
        if (job.timer) clearInterval(job.timer);
        job.timer = null;
        this.world.emit({ event: 'historyChanged' });
      }
      this.#tell(job);
    }, beat);
  }

  #tell(job: FakeJob): JobSummary {
    const told = summary(this.world, job);
    this.world.emit({ event: 'jobChanged', job: told });
    this.world.marksChanged();
    this.world.onChange('all');
    return told;
  }
}

/** A job of an earlier run that ended in its midst. */
function interrupted(world: World): FakeJob {
  const objects = ['c-ci-runners-dev', 'c-payments-staging-eu'].flatMap((cluster) => world.objects(cluster, { group: '', version: 'v1', plural: 'configmaps' }));
  const targets = objects.map((object, index): FakeTarget => {
    const outcome = index < 9 ? 'gone' : index < 11 ? 'unknown' : 'notSent';
    const note = outcome === 'unknown' ? 'Unknown: no answer to the DELETE. Being checked by its UID.' : null;
    return { ...newTarget(object), rehearsal: 'accepted', outcome, note, since: world.started - 8 * 60_000 };
  });
  const options: DeleteOptions = { propagation: 'background', gracePeriodSeconds: null, onlyIfUnchanged: false, order: 'together', until: 'gone' };
  const job = makeJob('j-interrupted', targets, options, 'holding Delete', world.started - 9 * 60_000);
  return { ...job, state: 'interrupted', ended: world.started - 8 * 60_000 };
}
