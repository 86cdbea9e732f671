/** The windowed lists of the fake host. */
import type {
  ApiError,
  Column,
  Liveness,
  Outcome,
  SelectionChange,
  ViewHint,
  ViewOpen,
  ViewQuery,
  ViewSource,
  ViewWindow,
  Warning,
  WindowRow,
} from '../types';
import { columnsFor, printedAge, warningOf } from './objects';
import type { FakeObject } from './objects';
import { time } from './targets';
import type { FakeTarget } from './targets';
import { fail, keyOf } from './world';
import type { World } from './world';

/** A row of a list, or a target of a plan, a job or the history. */
type Row = { object: FakeObject; note: string | null } & Partial<Omit<FakeTarget, 'object' | 'note'>>;

/** Gives the targets of a plan, a job or the history; set by the part that holds them. */
export type Targets = (source: Extract<ViewSource, { source: 'plan' } | { source: 'job' } | { source: 'receipts' }>) => FakeTarget[];

const targetColumns: Column[] = [
  { id: 'outcome', name: 'Outcome', description: '', kind: 'outcome' },
  { id: 'kind', name: 'Kind', description: '', kind: 'kind' },
  { id: 'name', name: 'Name', description: '', kind: 'name' },
  { id: 'namespace', name: 'Namespace', description: '', kind: 'namespace' },
  { id: 'cluster', name: 'Cluster', description: '', kind: 'cluster' },
  { id: 'since', name: 'Since', description: '', kind: 'age' },
  { id: 'effect', name: 'Effect', description: '', kind: 'text' },
];
const columnsOf = (ids: string[]) => ids.map((id) => targetColumns.find((column) => column.id === id)).filter((column) => column !== undefined);
const markColumns = columnsOf(['cluster', 'namespace', 'kind', 'name']);
const planColumns = columnsOf(['kind', 'name', 'namespace', 'cluster', 'effect']);
const jobColumns = columnsOf(['outcome', 'kind', 'name', 'namespace', 'cluster', 'since']);

class View {
  version = 1;
  rows: Row[] | null = null;
  queued = false;
  constructor(
    readonly id: string,
    readonly source: ViewSource,
    public query: ViewQuery,
    readonly onHint: (hint: ViewHint) => void,
  ) {}
}

export class Views {
  #views = new Map<string, View>();
  #next = 1;
  /** The list that marks are compared with. */
  #list: View | null = null;

  constructor(
    private readonly world: World,
    private readonly targets: Targets,
  ) {}

  open(request: ViewOpen, onHint: (hint: ViewHint) => void): string {
    const view = new View(`v${String(this.#next++)}`, request.source, request.query, onHint);
    this.#views.set(view.id, view);
    if (request.source.source === 'objects') this.#list = view;
    this.changed('marks');
    return view.id;
  }

  query(id: string, query: ViewQuery): void {
    this.get(id).query = query;
    this.changed();
  }

  close(id: string): void {
    this.#views.delete(id);
  }

  get(id: string): View {
    const view = this.#views.get(id);
    if (!view) throw fail('notOpen', `no view ${id} is open`);
    return view;
  }

  /** Everything, or the marks alone, may have changed: each view is told once. */
  changed(what: 'all' | 'marks' = 'all'): void {
    for (const view of this.#views.values()) {
      if (what === 'all' || view.source.source === 'marked') view.rows = null;
      view.version += 1;
      this.#hintSoon(view);
    }
  }

  #hintSoon(view: View): void {
    if (view.queued) return;
    view.queued = true;
    setTimeout(() => {
      view.queued = false;
      if (this.#views.has(view.id)) view.onHint(this.#hint(view));
    }, 0);
  }

  window(id: string, start: number, count: number): ViewWindow {
    const view = this.get(id);
    const rows = this.#rows(view).slice(start, start + count);
    return {
      hint: this.#hint(view),
      columns: this.#columns(view),
      start,
      rows: rows.map((row) => this.#windowRow(view, row)),
      agesChangeIn: rows.length ? 1 : null,
      warnings: this.#warnings(view.source),
    };
  }

  #warnings(source: ViewSource): Warning[] {
    const text = source.source === 'objects' ? warningOf(source.kind.plural) : null;
    return source.source !== 'objects' || text === null ? [] : source.clusters.map((cluster) => ({ cluster, text }));
  }

  #windowRow(view: View, row: Row): WindowRow {
    const { object, note } = row;
    const now = Date.now() / 1000;
    const cells = this.#columns(view).map((column) => this.#cell(row, column.id, now));
    const isStale = this.#liveness(view).phase === 'stale';
    return {
      id: object.id,
      kind: object.kind,
      namespace: object.namespace,
      name: object.name,
      cells,
      state: isStale ? 'stale' : row.outcome === 'replaced' ? 'gone' : object.id ? object.state : 'incomplete',
      isMarked: object.id !== null && this.world.marks.has(keyOf(object.id)),
      isFresh: performance.now() - object.changed < 1200 && object.changed > 0,
      outcome: view.source.source === 'plan' ? null : (row.outcome ?? null),
      rehearsal: view.source.source === 'plan' ? (row.rehearsal ?? null) : null,
      note,
    };
  }

  #columns(view: View): Column[] {
    const { source } = view;
    if (source.source === 'marked') return markColumns;
    if (source.source === 'plan') return planColumns;
    if (source.source !== 'objects') return jobColumns;
    const one = source.namespaces.scope === 'only' && source.namespaces.names.length === 1;
    const isNamespaced = this.#sourceObjects(source).some((object) => object.namespace !== null);
    return columnsFor(source.kind.plural, isNamespaced && !one, view.query.isWide);
  }

  #sourceObjects(source: Extract<ViewSource, { source: 'objects' }>): FakeObject[] {
    const { namespaces } = source;
    const all = source.clusters.flatMap((cluster) => this.world.objects(cluster, source.kind));
    return namespaces.scope === 'all' ? all : all.filter((object) => object.namespace === null || namespaces.names.includes(object.namespace));
  }

  #unfiltered(view: View): Row[] {
    if (view.source.source === 'marked') {
      const notes = [...this.world.marks.values()].map((object) => ({ object, note: this.#whyNotListed(object) }));
      return notes.sort((a, b) => Number(b.note !== null) - Number(a.note !== null));
    }
    if (view.source.source !== 'objects') return this.targets(view.source);
    const { phase } = this.#liveness(view);
    if (phase === 'opening' || phase === 'failed') return [];
    return this.#sourceObjects(view.source).map((object) => ({ object, note: null }));
  }

  #whyNotListed(object: FakeObject): string | null {
    const list = this.#list?.source;
    if (object.state === 'gone') return `gone since ${time(object.changed > 1e9 ? object.changed : Date.now())}`;
    if (list?.source !== 'objects') return null;
    if (!list.clusters.includes(object.id?.cluster ?? '')) return 'in another cluster than this list';
    if (list.kind.plural !== object.plural) return 'of another kind than this list';
    const isInScope = list.namespaces.scope === 'all' || list.namespaces.names.includes(object.namespace ?? '');
    if (!isInScope) return 'in a namespace not listed here';
    return this.#list && !matches(object, this.#list.query.text) ? 'hidden by the filter' : null;
  }

  #rows(view: View): Row[] {
    if (view.rows) return view.rows;
    const { outcomes, text } = view.query;
    const isAsked = ({ outcome }: Row) => outcomes.length === 0 || (outcome !== undefined && outcomes.includes(outcome));
    const rows = this.#unfiltered(view).filter((row) => isAsked(row) && matches(row.object, text));
    view.rows = sorted(rows, this.#columns(view), view);
    return view.rows;
  }

  #cell({ object, outcome, since, effect }: Row, column: string, now: number): string {
    const own: Record<string, () => string> = {
      name: () => object.name,
      kind: () => object.kind,
      namespace: () => object.namespace ?? '',
      cluster: () => this.world.cluster(object.id?.cluster ?? '').name,
      age: () => printedAge(now - object.created),
      outcome: () => outcome ?? '',
      since: () => (since === undefined ? '' : now - since / 1000 < 60 && outcome !== 'gone' ? `${(now - since / 1000).toFixed(now - since / 1000 < 10 ? 1 : 0)} s` : time(since)),
      effect: () => effect ?? '',
    };
    return own[column]?.() ?? object.cells[column] ?? '';
  }

  #hint(view: View): ViewHint {
    const rows = this.#rows(view);
    const marked = rows.filter(({ object }) => object.id && this.world.marks.has(keyOf(object.id))).length;
    const liveness = this.#liveness(view);
    const markable = liveness.phase === 'stale' ? 0 : rows.filter(({ object }) => object.id !== null && object.state !== 'gone').length;
    return { view: view.id, version: view.version, total: rows.length, unfiltered: this.#unfiltered(view).length, marked, markable, liveness };
  }

  #liveness(view: View): Liveness {
    if (view.source.source === 'marked') return { phase: 'live' };
    if (view.source.source !== 'objects') return { phase: view.source.source === 'job' ? 'live' : 'settled' };
    if (this.world.scenario === 'loading') return { phase: 'opening' };
    if (this.world.scenario === 'partial') return { phase: 'reading', read: 12_400, about: 48_000 };
    const cluster = this.world.cluster(view.source.clusters[0] ?? '');
    const error = this.#sessionError(view.source.clusters[0] ?? '');
    // What was read stays while a credential plugin runs.
    if (['connecting', 'notConnected'].includes(cluster.state) && cluster.plugin !== null && cluster.since !== null) {
      return { phase: 'stale', asOf: cluster.since, error: fail('signInRequired', cluster.name, { cluster: cluster.id }) };
    }
    if (cluster.state === 'connecting' || cluster.state === 'notConnected') return { phase: 'opening' };
    if (error && ['unreachable', 'needsSignIn', 'signedOut'].includes(cluster.state)) {
      return { phase: 'stale', asOf: cluster.since ?? 0, error };
    }
    if (error) return { phase: 'failed', error };
    const refusal = this.world.scenario === 'forbidden' ? refused(view.source, cluster) : null;
    return refusal ? { phase: 'failed', error: refusal } : { phase: 'live' };
  }

  #sessionError(id: string): ApiError | null {
    const cluster = this.world.cluster(id);
    const codes = {
      unreachable: 'unreachable',
      needsSignIn: 'signInRequired',
      needsConsent: 'signInRequired',
      signedOut: 'signInRequired',
      untrustedCertificate: 'untrustedCertificate',
      intercepted: 'intercepted',
      unusable: 'kubeconfigUnusable',
    } as const;
    const code = cluster.state in codes ? codes[cluster.state as keyof typeof codes] : null;
    return code ? fail(code, cluster.problem ?? cluster.name, { cluster: id }) : null;
  }

  mark(viewId: string | null, change: SelectionChange): void {
    const marks = this.world.marks;
    const rows = viewId === null ? [] : this.#rows(this.get(viewId)).map(({ object }) => object);
    const add = (objects: FakeObject[]) => objects.forEach((object) => object.id && marks.set(keyOf(object.id), object));
    const at = (uid: string) => rows.findIndex((object) => object.id?.uid === uid);
    switch (change.change) {
      case 'mark': return add(change.rows.map((id) => this.world.find(id)).filter((object) => object !== undefined));
      case 'unmark': return change.rows.forEach((id) => marks.delete(keyOf(id)));
      case 'markRange': {
        const ends = [at(change.from.uid), at(change.to.uid)];
        return add(rows.slice(Math.min(...ends), Math.max(...ends) + 1));
      }
      case 'markAll': return add(rows);
      case 'unmarkAll': return rows.forEach((object) => object.id && marks.delete(keyOf(object.id)));
      case 'clear': {
        this.world.clearedMarks = new Map(marks);
        return marks.clear();
      }
      case 'undoClear': this.world.clearedMarks?.forEach((object, key) => marks.set(key, object));
    }
  }
}

/** What needs a person first, what waits last. */
function rank({ outcome }: Row): number {
  const place = outcome === undefined ? -1 : (['refused', 'unknown', 'replaced', 'recreated', 'terminating', 'requested', 'accepted', 'notSent'] as Outcome[]).indexOf(outcome);
  return place >= 0 ? place : outcome === 'waiting' ? 99 : 50;
}

function matches(object: FakeObject, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const all = [object.name, object.namespace ?? '', object.kind, ...Object.values(object.cells)].join('\n').toLowerCase();
  return words.every((word) => all.includes(word));
}

function sorted(rows: Row[], columns: Column[], view: View): Row[] {
  const { sort } = view.query;
  if (view.source.source === 'job') return rows.sort((a, b) => rank(a) - rank(b) || (b.since ?? 0) - (a.since ?? 0));
  if (view.source.source !== 'objects') return rows;
  if (!sort) {
    const text = ({ object }: Row) => (object.namespace === null ? object.name : `${object.namespace}/${object.name}`);
    return rows.sort((a, b) => (text(a) < text(b) ? -1 : 1));
  }
  const kind = columns.find((column) => column.id === sort.column)?.kind;
  const cell = ({ object }: Row) => ({ name: object.name, namespace: object.namespace ?? '' })[sort.column] ?? object.cells[sort.column] ?? '';
  const sign = sort.direction === 'ascending' ? 1 : -1;
  const compare = (a: Row, b: Row) => {
    if (kind === 'age') return b.object.created - a.object.created;
    const [x, y] = [cell(a), cell(b)];
    return kind === 'number' ? parseInt(x, 10) - parseInt(y, 10) : x < y ? -1 : x > y ? 1 : 0;
  };
  return rows.sort((a, b) => sign * compare(a, b));
}

function refused(source: Extract<ViewSource, { source: 'objects' }>, cluster: { id: string; name: string; user: string | null }): ApiError | null {
  const allowed = ['ml-experiments-lindqvist', 'ml-notebooks'];
  const { namespaces, kind } = source;
  if (namespaces.scope === 'only' && namespaces.names.every((name) => allowed.includes(name))) return null;
  const where = namespaces.scope === 'all' ? 'at the cluster scope' : `in the namespace "${namespaces.names.find((name) => !allowed.includes(name)) ?? ''}"`;
  return fail('refused', `${cluster.user ?? ''} may not list ${kind.plural} of ${cluster.name}`, {
    cluster: cluster.id,
    status: 403,
    serverWords: `${kind.plural} is forbidden: User "${cluster.user ?? ''}" cannot list resource "${kind.plural}" in API group "${kind.group}" ${where}`,
    auditId: '0b3d7a55-2f64-4f0e-8e0c-9a2b57f1c3d8',
  });
}
