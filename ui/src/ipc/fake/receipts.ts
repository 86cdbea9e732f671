/** The history of the fake host: jobs of this run and of the last days, their receipts, and the trash. */
import type { History, HistoryJob, HistoryQuery, Outcome, Receipt, ReceiptRef, ReceiptsForm, TrashSummary } from '../types';
import { makeJob } from './jobs';
import type { FakeJob, FakeJobs } from './jobs';
import { countWords, took } from './jobWords';
import { hostilePods, newUid } from './objects';
import { newTarget, time } from './targets';
import type { FakeTarget } from './targets';
import { fail } from './world';
import type { World } from './world';

type Past = [daysAgo: number, clock: string, cluster: string, kind: string, plural: string, namespace: string | null, names: string[], outcome: Outcome, note: string | null];

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}-${String(index).padStart(3, '0')}`);

const past: Past[] = [
  [0, '11:20', 'c-ci-runners-dev', 'Namespace', 'namespaces', null, ['ci-pr-18391'], 'gone', null],
  [0, '09:05', 'c-ml-platform-dev', 'Job', 'jobs', 'ml-notebooks', numbered('notebook-gc', 14), 'gone', null],
  [1, '19:20', 'c-payments-prod-eu', 'Deployment', 'deployments', 'payments-prod', ['checkout-api-canary'], 'gone', null],
  [1, '18:32', 'c-edge-prod-fra1', 'Certificate', 'certificates', 'edge-gateway', ['edge-wildcard-2025'], 'replaced', 'Not touched. A namesake with another UID lives.'],
  [1, '16:11', 'c-payments-staging-eu', 'Pod', 'pods', 'payments-load-test', numbered('k6-runner-7f5c9bd6d8', 212), 'recreated', null],
  [1, '15:58', 'c-ml-platform-dev', 'PersistentVolumeClaim', 'persistentvolumeclaims', 'ml-notebooks', numbered('scratch', 3), 'gone', null],
  [4, '10:14', 'c-kind-scratch', 'CustomResourceDefinition', 'customresourcedefinitions', null, ['sparkjobs.ml.example.com'], 'notSent', 'Stopped by you.'],
  [9, '08:40', 'c-payments-prod-eu', 'Secret', 'secrets', 'payments-prod', ['checkout-db-credentials'], 'refused', 'platform-oncall may not delete secrets there.'],
];

/** Names that look like markup, hide characters or never end. */
const hostile: Past = [0, '12:00', 'c-payments-prod-eu', 'Pod', 'pods', 'payments-prod', hostilePods('c-payments-prod-eu').map(({ name }) => name), 'refused', 'Policy <b>keep</b>: “not these”.'];

const options = { propagation: 'background', gracePeriodSeconds: null, onlyIfUnchanged: false, order: 'together', until: 'gone' } as const;
const day = 86_400_000;

function makePast(world: World, [daysAgo, clock, cluster, kind, plural, namespace, names, outcome, note]: Past, index: number): FakeJob {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  const created = new Date(world.started - daysAgo * day).setHours(hours, minutes, 51);
  const targets = names.map((name, place): FakeTarget => {
    const object = { id: { cluster, uid: newUid() }, kind, plural, namespace, name, cells: {}, labels: {}, created: created / 1000 - 7200, state: 'gone' as const, changed: 0 };
    // Most came back, a few did not.
    const own = outcome === 'recreated' && place % 70 === 0 ? 'gone' : outcome;
    return { ...newTarget(object), rehearsal: 'accepted', outcome: own, note, since: created + 900 + place * 4, copy: daysAgo > 8 ? 'thrown' : outcome === 'notSent' ? 'none' : 'kept' };
  });
  const job = makeJob(`past-${String(index)}`, targets, options, 'typing its name', created);
  return { ...job, state: 'settled', ended: created + 900 + names.length * 4 };
}

export class Receipts {
  #past: FakeJob[];
  #trashEmptied = false;
  #checks = new Map<string, string>();

  constructor(
    private readonly world: World,
    private readonly jobs: FakeJobs,
  ) {
    this.#past = world.scenario === 'welcome' || world.scenario === 'empty' ? [] : past.map((seed, index) => makePast(world, seed, index));
    if (world.scenario === 'hostile') this.#past.push(makePast(world, hostile, past.length));
  }

  #all(): FakeJob[] {
    return [...this.jobs.all(), ...this.#past].sort((a, b) => b.created - a.created);
  }

  read(query: HistoryQuery): History {
    const jobs = this.#all().map((job) => ({ job, matching: job.targets.filter((target) => this.#matches(job, target, query)).length })).filter(({ matching }) => matching > 0);
    const shown = jobs.slice(query.start, query.start + (query.count || 100));
    return {
      jobs: shown.map(({ job, matching }) => this.#job(job, matching)),
      total: jobs.length,
      receipts: this.#all().reduce((sum, job) => sum + job.targets.length, 0),
      clusters: [...new Set(this.#all().flatMap((job) => job.lanes.map(({ cluster }) => this.world.cluster(cluster).name)))].sort(),
      receiptDays: this.world.settings.receiptDays,
      trash: this.trash(),
      problem: this.world.scenario === 'problems' ? 'The journal could not be read and was set aside as journal.db.damaged-1763989392. A new one was begun.' : null,
    };
  }

  /** The rows of an unfolded job. */
  targets(id: string, query: HistoryQuery): FakeTarget[] {
    const job = this.#get(id);
    return job.targets.filter((target) => this.#matches(job, target, query));
  }

  receipt(ref: ReceiptRef): Receipt {
    const { job, target } = this.find(ref);
    const { object, outcome, since } = target;
    const cluster = this.world.cluster(ref.row.cluster);
    const copy = this.#trashEmptied && target.copy === 'kept' ? 'thrown' : target.copy;
    const isEnd = outcome === 'gone' || outcome === 'alreadyGone' || outcome === 'recreated';
    const check = this.#checks.get(`${ref.job}/${ref.row.uid}`);
    return {
      receipt: ref, kind: object.kind, namespace: object.namespace, name: object.name, outcome, agreed: job.agreed, copy,
      words: isEnd ? `confirmed by the watch at ${time(since)}` : (target.note ?? ''),
      cluster: { cluster: cluster.id, name: cluster.name, tier: cluster.tier, isPractice: cluster.isPractice },
      by: cluster.user,
      server: new URL(cluster.server).host,
      fingerprint: cluster.fingerprint ? `CA ${cluster.fingerprint.ca.slice(0, 4)}…${cluster.fingerprint.ca.slice(-4)}, kube-system ${cluster.fingerprint.uid?.slice(0, 4) ?? ''}…${cluster.fingerprint.uid?.slice(-4) ?? ''}` : '',
      uid: ref.row.uid,
      options: 'Background, grace as the object says',
      happened: [
        { at: time(job.created - 21_000), text: 'Rehearsed, accepted' },
        { at: time(job.created), text: 'Copy in the trash, intent in the journal' },
        ...(outcome === 'notSent' ? [] : [{ at: `${time(since - 900)}.118`, text: 'DELETE sent' }, { at: `${time(since - 900)}.161`, text: outcome === 'refused' ? '403, refused' : '200, accepted' }]),
        ...(isEnd ? [{ at: `${time(since)}.020`, text: outcome === 'recreated' ? 'Gone, and recreated by ReplicaSet k6-runner' : 'Gone' }] : []),
        ...(check ? [{ at: check, text: 'Checked: no object has this UID' }] : []),
      ],
      auditId: outcome === 'notSent' ? null : 'e1b0f9d2-61b7-4a1c-9e77-2c3f5d8a9b10',
      copyWords: { kept: 'The copy in the trash can be created again. It gets a new UID.', unreadable: 'The copy cannot be read: its key is gone from the keyring.', thrown: 'The copy was thrown away.', none: 'No copy was taken: nothing was sent.' }[copy],
      copies: copy === 'kept' ? (object.kind === 'Namespace' ? 87 : 1) : 0,
    };
  }

  check(ref: ReceiptRef): Receipt {
    this.#checks.set(`${ref.job}/${ref.row.uid}`, `${time(Date.now())}.402`);
    return this.receipt(ref);
  }

  kubectl(ref: ReceiptRef): string {
    const { object } = this.find(ref).target;
    return `kubectl delete ${object.plural} ${object.name}${object.namespace ? ` -n ${object.namespace}` : ''} --context ${this.world.cluster(ref.row.cluster).name}`;
  }

  export(query: HistoryQuery, form: ReceiptsForm): string {
    const rows = this.#all().flatMap((job) => job.targets.filter((target) => this.#matches(job, target, query)).map(({ object, outcome }) => ({ job: job.job, kind: object.kind, namespace: object.namespace, name: object.name, outcome })));
    return form === 'json' ? JSON.stringify(rows, null, 2) : ['job,kind,namespace,name,outcome', ...rows.map((row) => Object.values(row).join(','))].join('\n');
  }

  trash(): TrashSummary {
    const kept = this.#trashEmptied ? 0 : this.#all().flatMap(({ targets }) => targets).filter(({ copy }) => copy === 'kept').length;
    return { copies: kept, bytes: kept * 31_000, ...this.#key(), days: this.world.settings.trashDays };
  }

  #key(): Pick<TrashSummary, 'unreadable' | 'isLasting' | 'problem'> {
    if (this.world.scenario !== 'problems') return { unreadable: 0, isLasting: true, problem: null };
    return { unreadable: 12, isLasting: false, problem: 'No keyring answers: the key of the trash is kept for this run only.' };
  }

  emptyTrash(): TrashSummary {
    this.#trashEmptied = true;
    this.world.emit({ event: 'historyChanged' });
    return this.trash();
  }

  find(ref: ReceiptRef): { job: FakeJob; target: FakeTarget } {
    const job = this.#get(ref.job);
    const target = job.targets.find(({ object }) => object.id?.uid === ref.row.uid);
    if (!target) throw fail('notFound', 'there is no such receipt');
    return { job, target };
  }

  #get(id: string): FakeJob {
    const job = this.#all().find((known) => known.job === id);
    if (!job) throw fail('notFound', 'there is no such job');
    return job;
  }

  #matches(job: FakeJob, { object, outcome }: FakeTarget, query: HistoryQuery): boolean {
    const cluster = this.world.cluster(object.id?.cluster ?? '').name;
    if (query.cluster !== null && query.cluster !== cluster) return false;
    if (query.outcomes.length && !query.outcomes.includes(outcome)) return false;
    const all = [object.name, object.kind, object.namespace ?? '', object.id?.uid ?? '', cluster, job.subject].join('\n').toLowerCase();
    return query.text.toLowerCase().split(/\s+/).every((word) => all.includes(word));
  }

  #job(job: FakeJob, matching: number): HistoryJob {
    const days = Math.round((new Date(this.world.started).setHours(0, 0, 0, 0) - new Date(job.created).setHours(0, 0, 0, 0)) / day);
    const date = new Date(job.created).toLocaleDateString('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
    const names = job.lanes.map(({ cluster }) => this.world.cluster(cluster));
    const where = names.length === 1 ? (names[0]?.name ?? '') : `${String(names.length)} clusters`;
    return {
      job: job.job,
      day: days === 0 ? 'Today' : days === 1 ? 'Yesterday' : date,
      time: time(job.created).slice(0, 5),
      subject: `${job.subject}${job.targets.length === 1 ? ',' : ' in'} ${where}`,
      outcome: `${countWords(job.targets)}.${job.ended !== null && job.targets.length > 1 ? ` Took ${took(job.ended - job.created)}.` : ''}`,
      clusters: names.map(({ id, name, tier, isPractice }) => ({ cluster: id, name, tier, isPractice })),
      total: job.targets.length,
      matching,
      isInterrupted: job.state === 'interrupted',
      isRunning: job.ended === null,
    };
  }
}
