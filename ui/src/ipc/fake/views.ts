/** The windowed lists of the fake host. */
import type { Column, Liveness, Outcome, SelectionChange, ViewHint, ViewOpen, ViewPart, ViewQuery, ViewSource, ViewWindow, Warning, WindowRow } from '../types';
import { testOf } from './filters';
import { columnsFor, printedAge, warningOf } from './objects';
import type { FakeObject } from './objects';
import { overall, partLiveness } from './parts';
import { time } from './targets';
import type { FakeTarget } from './targets';
import { fail, keyOf } from './world';
import type { World } from './world';

/** A row of a list, or a target of a plan, a job or the history. */
type Row = { object: FakeObject; note: string | null } & Partial<Omit<FakeTarget, 'object' | 'note'>>;
type ObjectsSource = Extract<ViewSource, { source: 'objects' }>;

/** Gives the targets of a plan, a job or the history; set by the part that holds them. */
export type Targets = (source: Extract<ViewSource, { source: 'plan' } | { source: 'job' } | { source: 'receipts' }>) => FakeTarget[];

const plain = { description: '', isWide: false };
const targetColumns: Column[] = [
  { ...plain, id: 'outcome', name: 'Outcome', kind: 'outcome' },
  { ...plain, id: 'kind', name: 'Kind', kind: 'kind' },
  { ...plain, id: 'name', name: 'Name', kind: 'name' },
  { ...plain, id: 'namespace', name: 'Namespace', kind: 'namespace' },
  { ...plain, id: 'cluster', name: 'Cluster', kind: 'cluster' },
  { ...plain, id: 'since', name: 'Since', kind: 'age' },
  { ...plain, id: 'effect', name: 'Effect', kind: 'text' },
];
const columnsOf = (ids: string[]) => ids.map((id) => targetColumns.find((column) => column.id === id)).filter((column) => column !== undefined);
const markColumns = columnsOf(['cluster', 'namespace', 'kind', 'name']);
const planColumns = columnsOf(['kind', 'name', 'namespace', 'cluster', 'effect']);
const jobColumns = columnsOf(['outcome', 'kind', 'name', 'namespace', 'cluster', 'since']);

/** What was worked out for a view since something changed. */
interface Worked {
  readonly rows: Row[];
  readonly unfiltered: number;
  readonly columns: Column[];
  readonly hidden: Column[];
  readonly parts: ViewPart[];
}

class View {
  version = 1;
  worked: Worked | null = null;
  /** Rows that are marked, can be marked and are awaited. */
  counts: { marked: number; markable: number; awaited: number } | null = null;
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
  /** "All that match" while some of them are still being read. */
  #marking: { view: View; resolve: () => void } | null = null;

  constructor(
    private readonly world: World,
    private readonly targets: Targets,
  ) {}

  open(request: ViewOpen, onHint: (hint: ViewHint) => void): string {
    const view = new View(`v${String(this.#next++)}`, request.source, request.query, onHint);
    this.#check(view, request.query);
    this.#views.set(view.id, view);
    if (request.source.source === 'objects') this.#list = view;
    this.changed('marks');
    return view.id;
  }

  query(id: string, query: ViewQuery): void {
    const view = this.get(id);
    this.#check(view, query);
    view.query = query;
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
      if (what === 'all' || view.source.source === 'marked') view.worked = null;
      view.counts = null;
      view.version += 1;
      this.#hintSoon(view);
    }
    this.#markRest();
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
    const { rows, columns, hidden, parts } = this.#worked(view);
    const shown = rows.slice(start, start + count);
    const stale = new Set(parts.filter(({ liveness }) => liveness.phase === 'stale').map(({ cluster }) => cluster));
    return {
      hint: this.#hint(view),
      columns,
      hiddenColumns: hidden,
      start,
      rows: shown.map((row) => this.#windowRow(view, row, columns, stale)),
      agesChangeIn: shown.length ? 1 : null,
      warnings: this.#warnings(view.source),
      parts,
    };
  }

  #warnings(source: ViewSource): Warning[] {
    const text = source.source === 'objects' ? warningOf(source.kind.plural) : null;
    return source.source !== 'objects' || text === null ? [] : source.clusters.map((cluster) => ({ cluster, text }));
  }

  #windowRow(view: View, row: Row, columns: Column[], stale: ReadonlySet<string>): WindowRow {
    const { object, note } = row;
    const now = Date.now() / 1000;
    const isStale = object.id !== null && stale.has(object.id.cluster);
    return {
      id: object.state === 'awaited' ? null : object.id,
      kind: object.kind,
      namespace: object.namespace,
      name: object.name,
      cells: columns.map((column) => this.#cell(row, column.id, now)),
      state: isStale ? 'stale' : row.outcome === 'replaced' ? 'gone' : object.id ? object.state : 'incomplete',
      isMarked: object.id !== null && this.world.marks.has(keyOf(object.id)),
      isFresh: performance.now() - object.changed < 1200 && object.changed > 0,
      outcome: view.source.source === 'plan' ? null : (row.outcome ?? null),
      rehearsal: view.source.source === 'plan' ? (row.rehearsal ?? null) : null,
      note: note ?? goingNote(object, now),
    };
  }

  /** Fails where a token of the query means nothing. */
  #check(view: View, query: ViewQuery): void {
    if (view.source.source !== 'objects' || query.filters.length === 0) return;
    const { columns, hidden } = this.#columns(view.source, query);
    for (const filter of query.filters) testOf(filter, [...columns, ...hidden], this.world.kindsName(view.source.kind));
  }

  #columns(source: ViewSource, query: ViewQuery): { columns: Column[]; hidden: Column[] } {
    const own = source.source === 'marked' ? markColumns : source.source === 'plan' ? planColumns : jobColumns;
    if (source.source !== 'objects') return { columns: own, hidden: [] };
    const isOne = source.namespaces.scope === 'only' && source.namespaces.names.length === 1;
    const isNamespaced = this.#sourceObjects(source).some((object) => object.namespace !== null);
    const leading = { withCluster: source.clusters.length > 1, withNamespace: isNamespaced && !isOne };
    return columnsFor(source.kind.plural, leading, query.isWide, query.columns);
  }

  #sourceObjects(source: ObjectsSource, only: (cluster: string) => boolean = () => true): FakeObject[] {
    const { namespaces } = source;
    const all = source.clusters.filter(only).flatMap((cluster) => this.world.objects(cluster, source.kind));
    return namespaces.scope === 'all' ? all : all.filter((object) => object.namespace === null || namespaces.names.includes(object.namespace));
  }

  #unfiltered(view: View, parts: readonly ViewPart[]): Row[] {
    if (view.source.source === 'marked') {
      const isListed = this.#list === null ? () => true : this.#test(this.#list);
      const notes = [...this.world.marks.values()].map((object) => ({ object, note: this.#whyNotListed(object, isListed) }));
      return notes.sort((a, b) => Number(b.note !== null) - Number(a.note !== null));
    }
    if (view.source.source !== 'objects') return this.targets(view.source);
    const read = new Set(parts.filter(({ liveness: { phase } }) => phase !== 'opening' && phase !== 'failed').map(({ cluster }) => cluster));
    return this.#sourceObjects(view.source, (cluster) => read.has(cluster)).map((object) => ({ object, note: null }));
  }

  #whyNotListed(object: FakeObject, isListed: (object: FakeObject) => boolean): string | null {
    const list = this.#list?.source;
    if (object.state === 'gone') return `gone since ${time(object.changed > 1e9 ? object.changed : Date.now())}`;
    if (list?.source !== 'objects') return null;
    if (!list.clusters.includes(object.id?.cluster ?? '')) return 'in another cluster than this list';
    if (list.kind.plural !== object.plural) return 'of another kind than this list';
    const isInScope = list.namespaces.scope === 'all' || list.namespaces.names.includes(object.namespace ?? '');
    if (!isInScope) return 'in a namespace not listed here';
    return isListed(object) ? null : 'hidden by the filter';
  }

  /** What a view's filter lets through. */
  #test({ source, query }: View): (object: FakeObject) => boolean {
    if (source.source !== 'objects') return (object) => matches(object, query.text);
    const { columns, hidden } = this.#columns(source, query);
    const tests = query.filters.map((filter) => testOf(filter, [...columns, ...hidden], this.world.kindsName(source.kind)));
    return (object) => tests.every((test) => test(object)) && matches(object, query.text);
  }

  #worked(view: View): Worked {
    if (view.worked) return view.worked;
    const { source, query } = view;
    const parts = source.source === 'objects' ? source.clusters.map((cluster) => this.#part(cluster, source)) : [];
    const { outcomes } = query;
    const isAsked = ({ outcome }: Row) => outcomes.length === 0 || (outcome !== undefined && outcomes.includes(outcome));
    const { columns, hidden } = this.#columns(source, query);
    const test = this.#test(view);
    const unfiltered = this.#unfiltered(view, parts);
    const rows = sorted(unfiltered.filter((row) => isAsked(row) && test(row.object)), columns, view);
    view.worked = { rows, unfiltered: unfiltered.length, columns, hidden, parts };
    return view.worked;
  }

  #part(cluster: string, source: ObjectsSource): ViewPart {
    const liveness = partLiveness(this.world, cluster, source);
    const isRead = liveness.phase !== 'opening' && liveness.phase !== 'failed';
    return { cluster, rows: isRead ? this.#sourceObjects(source, (id) => id === cluster).length : 0, liveness, remark: null };
  }

  #cell({ object, outcome, since, effect }: Row, column: string, now: number): string {
    switch (column) {
      case 'name':
        return object.name;
      case 'kind':
        return object.kind;
      case 'namespace':
      case 'secateur/Namespace':
        return object.namespace ?? '';
      case 'cluster':
      case 'secateur/Cluster':
        return this.world.cluster(object.id?.cluster ?? '').name;
      case 'age':
        return printedAge(now - object.created);
      case 'outcome':
        return outcome ?? '';
      case 'since':
        return since === undefined ? '' : now - since / 1000 < 60 && outcome !== 'gone' ? `${(now - since / 1000).toFixed(now - since / 1000 < 10 ? 1 : 0)} s` : time(since);
      case 'effect':
        return effect ?? '';
      default:
        return column.startsWith('label:') ? (object.labels[column.slice('label:'.length)] ?? '') : (object.cells[column] ?? '');
    }
  }

  #hint(view: View): ViewHint {
    const { rows, unfiltered, parts } = this.#worked(view);
    view.counts ??= this.#count(rows, parts);
    return { view: view.id, version: view.version, total: rows.length, unfiltered, ...view.counts, liveness: this.#liveness(view.source, parts) };
  }

  #count(rows: readonly Row[], parts: readonly ViewPart[]): NonNullable<View['counts']> {
    const stale = new Set(parts.filter(({ liveness }) => liveness.phase === 'stale').map(({ cluster }) => cluster));
    const counts = { marked: 0, markable: 0, awaited: 0 };
    for (const { object } of rows) {
      if (object.id === null) continue;
      if (object.state === 'awaited') counts.awaited += 1;
      else if (object.state !== 'gone' && !stale.has(object.id.cluster)) counts.markable += 1;
      if (this.world.marks.size > 0 && this.world.marks.has(keyOf(object.id))) counts.marked += 1;
    }
    return counts;
  }

  #liveness(source: ViewSource, parts: readonly ViewPart[]): Liveness {
    if (source.source === 'marked') return { phase: 'live' };
    if (source.source !== 'objects') return { phase: source.source === 'job' ? 'live' : 'settled' };
    return overall(parts);
  }

  /** "All that match" waits until every row of it is read, or until marks are changed otherwise: then it marks nothing. */
  mark(viewId: string | null, change: SelectionChange): Promise<void> {
    this.#marking?.resolve();
    this.#marking = null;
    const view = viewId === null ? null : this.get(viewId);
    if (change.change === 'markAll' && view !== null && (this.#hint(view).awaited > 0)) {
      return new Promise((resolve) => {
        this.#marking = { view, resolve };
      });
    }
    this.#change(view, change);
    return Promise.resolve();
  }

  #markRest(): void {
    if (this.#marking === null || this.#hint(this.#marking.view).awaited > 0) return;
    const { view, resolve } = this.#marking;
    this.#marking = null;
    this.#change(view, { change: 'markAll' });
    resolve();
  }

  #change(view: View | null, change: SelectionChange): void {
    const marks = this.world.marks;
    const rows = view === null ? [] : this.#worked(view).rows.map(({ object }) => object);
    const add = (objects: FakeObject[]) => objects.forEach((object) => object.id && object.state !== 'awaited' && marks.set(keyOf(object.id), object));
    const at = (uid: string) => rows.findIndex((object) => object.id?.uid === uid);
    switch (change.change) {
      case 'mark':
        return add(change.rows.map((id) => this.world.find(id)).filter((object) => object !== undefined));
      case 'unmark':
        return change.rows.forEach((id) => marks.delete(keyOf(id)));
      case 'markRange': {
        const ends = [at(change.from.uid), at(change.to.uid)];
        return add(rows.slice(Math.min(...ends), Math.max(...ends) + 1));
      }
      case 'markAll': {
        const stale = new Set(view === null ? [] : this.#worked(view).parts.filter(({ liveness }) => liveness.phase === 'stale').map(({ cluster }) => cluster));
        return add(rows.filter((object) => !stale.has(object.id?.cluster ?? '')));
      }
      case 'unmarkAll':
        return rows.forEach((object) => object.id && marks.delete(keyOf(object.id)));
      case 'clear':
        this.world.clearedMarks = new Map(marks);
        return marks.clear();
      case 'undoClear':
        this.world.clearedMarks?.forEach((object, key) => marks.set(key, object));
    }
  }
}

/** How long its grace is over, of one that is terminating. */
function goingNote({ state, deleted }: FakeObject, now: number): string | null {
  return state !== 'terminating' || deleted === undefined || now < deleted ? null : `Terminating ${String(Math.floor((now - deleted) / 60))} min`;
}

/** What needs a person first, what waits last. */
function rank({ outcome }: Row): number {
  const place = outcome === undefined ? -1 : (['refused', 'unknown', 'replaced', 'recreated', 'terminating', 'requested', 'accepted', 'notSent'] as Outcome[]).indexOf(outcome);
  return place >= 0 ? place : outcome === 'waiting' ? 99 : 50;
}

function matches(object: FakeObject, text: string): boolean {
  if (text.trim() === '') return true;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const all = [object.name, object.namespace ?? '', object.kind, ...Object.values(object.cells)].join('\n').toLowerCase();
  return words.every((word) => (word.startsWith('~') ? isLoosely(all, word.slice(1)) : all.includes(word)));
}

/** Its letters in their order. */
function isLoosely(text: string, letters: string): boolean {
  let at = -1;
  return [...letters].every((letter) => (at = text.indexOf(letter, at + 1)) >= 0);
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
  const cell = ({ object }: Row) => {
    if (kind === 'name') return object.name;
    if (kind === 'namespace') return object.namespace ?? '';
    if (kind === 'cluster') return object.id?.cluster ?? '';
    return object.cells[sort.column] ?? object.labels[sort.column.replace(/^label:/, '')] ?? '';
  };
  const sign = sort.direction === 'ascending' ? 1 : -1;
  const compare = (a: Row, b: Row) => {
    if (kind === 'age') return b.object.created - a.object.created;
    const [x, y] = [cell(a), cell(b)];
    return kind === 'number' ? parseInt(x, 10) - parseInt(y, 10) : x < y ? -1 : x > y ? 1 : 0;
  };
  return rows.sort((a, b) => sign * compare(a, b));
}
