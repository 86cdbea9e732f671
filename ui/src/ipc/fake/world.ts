/** What the fake host holds: clusters, objects by list, marks, and who is told of changes. */
import { toApiError } from '../backend';
import type {
  ApiError,
  BackendEvent,
  ClusterSummary,
  ErrorCode,
  KindRef,
  Kinds,
  ListLook,
  RowId,
  SelectionSummary,
  Settings,
  ShellKubeconfig,
  SourceProblem,
} from '../types';
import { fingerprintOf, namespaceNames, practiceClusters, seedClusters, seedKinds } from './clusters';
import { fleet } from './fleet';
import { hostilePods, manyPods, seedObjects } from './objects';
import type { FakeObject } from './objects';
import { kinds } from '../../shared/text';

export const scenarios = [
  'welcome', 'list', 'dark', 'marked', 'unreachable', 'signedOut', 'forbidden', 'untrusted', 'empty', 'loading',
  'partial', 'hostile', 'many', 'problems', 'unusable', 'intercepted', 'connecting', 'insecure',
  'locked', 'unknownTier', 'mixed', 'bulk', 'interrupted', 'fleet', 'consent', 'shell', 'shellOnly', 'awaited',
  'practice', 'practising',
] as const;
export type Scenario = (typeof scenarios)[number];

export function fail(code: ErrorCode, message: string, more: Partial<ApiError> = {}): ApiError {
  return { ...toApiError(new Error(message)), code, ...more };
}

export function keyOf(id: RowId): string {
  return `${id.cluster}/${id.uid}`;
}

export class World {
  clusters: ClusterSummary[];
  /** In the list or not. */
  practice: ClusterSummary[] = practiceClusters(Date.now() / 1000);
  /** Taken off the list, with what they were. */
  hidden: ClusterSummary[] = [];
  problems: SourceProblem[] = [];
  shell: ShellKubeconfig = { offered: null, used: null, declined: null };
  settings: Settings = {
    theme: 'system', textSize: 100, lastCluster: null, trashDays: 30, trashMib: 2048, receiptDays: 90, unlockMinutes: 15,
    favouriteKinds: ['pods', 'configmaps', 'namespaces'], recentKinds: [], keptClusters: [], clusterOrder: [], clustersUsed: {}, tourSteps: 0, looks: {},
  };
  /** Whether signing in to a cluster that ended its session works. */
  canSignIn = false;
  /** When this run began, in milliseconds. */
  readonly started = Date.now();
  /** What every cluster serves. */
  kinds: Kinds = { kinds: seedKinds(), unavailable: [], isRemembered: false };
  marks = new Map<string, FakeObject>();
  clearedMarks: Map<string, FakeObject> | null = null;
  /** Called after any change of objects or marks. */
  onChange: (what: 'all' | 'marks') => void = () => undefined;
  #objects = new Map<string, FakeObject[]>();
  #listeners: ((event: BackendEvent) => void)[] = [];

  constructor(readonly scenario: Scenario) {
    const seeds = scenario === 'welcome' || scenario === 'shellOnly' ? [] : seedClusters(Date.now() / 1000);
    this.clusters = scenario === 'fleet' ? fleet(seeds) : scenario === 'practice' || scenario === 'practising' ? [...seeds, ...this.practice] : seeds;
  }

  keepLook(resource: string, look: ListLook | null): void {
    const others = Object.entries(this.settings.looks).filter(([known]) => known !== resource);
    this.settings = { ...this.settings, looks: Object.fromEntries(look === null ? others : [...others, [resource, look]]) };
  }

  subscribe(listener: (event: BackendEvent) => void): void {
    this.#listeners.push(listener);
  }

  emit(event: BackendEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  cluster(id: string): ClusterSummary {
    const cluster = [...this.clusters, ...this.practice].find((known) => known.id === id);
    if (!cluster) throw fail('clusterUnknown', `no kubeconfig names a cluster with the id ${id}`);
    return cluster;
  }

  setCluster(id: string, change: Partial<ClusterSummary>): ClusterSummary {
    const changed = { ...this.cluster(id), ...change };
    // What a cluster is shows once it was opened, and stays known.
    if (changed.state === 'signedIn') changed.fingerprint ??= fingerprintOf(changed.name, changed.server);
    const replaced = (known: ClusterSummary) => (known.id === id ? changed : known);
    this.clusters = this.clusters.map(replaced);
    this.practice = this.practice.map(replaced);
    this.emit({ event: 'clusterChanged', cluster: changed });
    this.onChange('all');
    return changed;
  }

  objects(clusterId: string, kind: KindRef): FakeObject[] {
    const key = `${clusterId}/${kind.group}/${kind.plural}`;
    const known = this.#objects.get(key);
    if (known) return known;
    const made = this.#make(clusterId, kind);
    this.#objects.set(key, made);
    return made;
  }

  #make(clusterId: string, kind: KindRef): FakeObject[] {
    if (this.scenario === 'empty') return [];
    if (kind.plural === 'pods' && this.scenario === 'many') return manyPods(clusterId, 100_000);
    if (kind.plural === 'pods' && this.scenario === 'awaited') {
      // The first page has metadata, the rest is still to come.
      return manyPods(clusterId, 48_312).map((object, index) => (index < 250 ? object : { ...object, state: 'awaited' as const }));
    }
    if (kind.plural === 'pods' && this.scenario === 'hostile') return hostilePods(clusterId);
    const summary = seedKinds().find((known) => known.kind.plural === kind.plural && known.kind.group === kind.group);
    return seedObjects(clusterId, kind, summary?.name ?? kind.plural, namespaceNames, summary?.scope !== 'cluster');
  }

  /** The practice clusters are as at first, and nothing is marked in them. */
  forgetPractice(): void {
    const isOf = (key: string) => this.practice.some(({ id }) => key.startsWith(`${id}/`));
    for (const known of [this.#objects, this.marks]) for (const key of known.keys()) if (isOf(key)) known.delete(key);
    this.marksChanged();
    this.onChange('all');
  }

  /** "ConfigMaps". */
  kindsName({ group, plural }: KindRef): string {
    return kinds(seedKinds().find(({ kind }) => kind.plural === plural && kind.group === group)?.name ?? plural);
  }

  /** The rest of the rows is read: what was awaited has its UID. */
  readRest(): void {
    for (const objects of this.#objects.values()) for (const object of objects) if (object.state === 'awaited') object.state = 'live';
    this.onChange('all');
  }

  find(id: RowId): FakeObject | undefined {
    for (const objects of this.#objects.values()) {
      const found = objects.find((object) => object.id?.uid === id.uid && object.id.cluster === id.cluster);
      if (found) return found;
    }
    return this.marks.get(keyOf(id));
  }

  change(object: FakeObject, change: Partial<FakeObject>): void {
    Object.assign(object, change, { changed: performance.now() });
    this.onChange('all');
  }

  /** A definition came or went: the cluster serves other kinds now. */
  serve(cluster: string, change: Partial<Kinds>): void {
    this.kinds = { ...this.kinds, ...change };
    this.emit({ event: 'kindsChanged', cluster });
  }

  /** The object is gone from its list; a mark on it stays and says so. */
  remove(object: FakeObject): void {
    object.state = 'gone';
    for (const [key, objects] of this.#objects) {
      if (objects.includes(object)) this.#objects.set(key, objects.filter((other) => other !== object));
    }
    this.onChange('all');
  }

  selection(): SelectionSummary {
    const kinds = new Map<string, number>();
    const clusters = new Map<string, number>();
    for (const object of this.marks.values()) {
      kinds.set(object.kind, (kinds.get(object.kind) ?? 0) + 1);
      const cluster = object.id?.cluster ?? '';
      clusters.set(cluster, (clusters.get(cluster) ?? 0) + 1);
    }
    return {
      total: this.marks.size,
      kinds: [...kinds].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count),
      clusters: [...clusters].map(([cluster, count]) => ({ cluster, count })),
    };
  }

  marksChanged(): SelectionSummary {
    const selection = this.selection();
    this.emit({ event: 'selectionChanged', selection });
    this.onChange('marks');
    return selection;
  }
}
