/** One list on screen: what it reads, its filter and order, and the rows as they are drawn, which are those of the
 * view except while the pointer holds them in place. It decides nothing about the current row (`cursor.svelte.ts`). */
import { toApiError, type Backend } from '../../ipc/backend';
import type {
  ApiError,
  ClusterSummary,
  Column,
  KindSummary,
  NamespaceScope,
  RowId,
  SelectionChange,
  SelectionSummary,
  SortBy,
  ViewQuery,
  ViewSource,
  ViewWindow,
  Warning,
  WindowRow,
} from '../../ipc/types';
import { announcer } from '../../shared/announcer.svelte';
import { errorTitle } from '../../shared/errors';
import { PLAIN, type Looks } from '../../shared/looks.svelte';
import { isMarkable } from '../../shared/rows';
import { NO_QUERY, ViewController, type Held } from '../../shared/view/view.svelte';
import { Waiting } from '../../shared/view/waiting.svelte';
import { labelOf, toggled } from './choice';
import { Filter } from './filter.svelte';
import { Freeze, mergeFrozen, shiftOf } from './freeze.svelte';
import { kindKey, ReadWarnings } from './memory';
import { Tints } from './tints';

export const COUNT_SAID_MS = 500;

const EMPTY: Held = { start: 0, rows: [] };

export interface Problem {
  readonly title: string;
  readonly error: ApiError;
}

export interface ListSource {
  /** The one that the list was begun in comes first. */
  readonly clusters: readonly ClusterSummary[];
  readonly kind: KindSummary;
  readonly scope: NamespaceScope;
}

export class ListController {
  readonly view: ViewController;
  readonly freeze = new Freeze();
  readonly waiting = new Waiting();
  readonly filter = new Filter();
  readonly tints = new Tints();

  source = $state.raw<ListSource | null>(null);
  /** The rows as drawn, by their places as drawn. */
  shown = $state.raw<Held>(EMPTY);
  shownTotal = $state(0);
  /** Rows that are struck through because the pointer holds their place. */
  goneInPlace = $state(0);
  /** Set when the person stopped a list that did not come. */
  isStopped = $state(false);
  /** All that match are being marked, and some of them are still being read: how many there are. */
  marking = $state.raw<number | null>(null);
  /** Why the last change of marks, or of what is listed, was not made. */
  problem = $state.raw<Problem | null>(null);
  /** What the server warned of when the list was read, until the person has put it away. */
  warnings = $state.raw<readonly Warning[]>([]);

  /** The grid moves its scroll offset by so many rows, so that the rows on screen stay where they are. */
  onshift: (rows: number) => void = () => undefined;
  /** The grid goes back to the first row: another list, filter or order. */
  onreset: () => void = () => undefined;
  /** Rows as drawn changed. */
  onrows: () => void = () => undefined;
  /** Rows came. Unlike those that are drawn they are never held in place. */
  onwindow: (window: ViewWindow) => void = () => undefined;
  /** Said politely 500 ms after typing stopped. */
  oncounted: () => void = () => undefined;

  readonly #backend: Backend;
  readonly #read = new ReadWarnings();
  #key = '';
  #filterKey = '';
  #screen = { first: 0, count: 1 };
  #isRebaseDue = true;
  #isNewOrder = false;
  #changes = 0;
  #named: readonly (readonly Column[])[] = [];
  #countTimer: ReturnType<typeof setTimeout> | null = null;

  readonly #looks: Looks;

  constructor(backend: Backend, looks: Looks) {
    this.#backend = backend;
    this.#looks = looks;
    this.view = new ViewController(backend);
    this.view.onwindow = (window) => {
      this.#take(window);
      this.onwindow(window);
    };
    this.filter.onchange = () => {
      this.#setQuery({});
      this.#countSoon();
    };
    this.freeze.onthaw = () => {
      this.#showAll(this.view.held, this.view.total);
    };
  }

  /** New rows that wait until the pointer rests. */
  get newWaiting(): number {
    if (!this.freeze.isFrozen) return 0;
    return Math.max(0, this.view.total - this.shownTotal + this.goneInPlace);
  }

  get columns(): readonly Column[] {
    return this.view.columns;
  }

  /** What the view is of. */
  get viewSource(): ViewSource | null {
    return this.source === null ? null : sourceOf(this.source);
  }

  /** Whether marks and deletions can be made at all. */
  get isLive(): boolean {
    const phase = this.view.hint?.liveness.phase;
    return phase === 'live' || phase === 'reading' || phase === 'settled';
  }

  get headCheck(): 'off' | 'on' | 'mixed' {
    const hint = this.view.hint;
    if (hint === null || hint.marked === 0) return 'off';
    return hint.marked >= hint.markable + hint.awaited ? 'on' : 'mixed';
  }

  /** Whole rows on screen: the step of Page Up and Page Down. */
  get pageRows(): number {
    return Math.max(1, this.#screen.count - 1);
  }

  rowAt(index: number): WindowRow | undefined {
    return this.shown.rows[index - this.shown.start];
  }

  /** Shows this list, filtered by these tokens where they are given; the same one again changes nothing else. */
  open(source: ListSource, tokens: readonly string[] | null = null): void {
    const clusters = source.clusters.map(({ id }) => id);
    const key = JSON.stringify([clusters, kindKey(source.kind.kind), source.scope]);
    this.source = source;
    if (key === this.#key) {
      if (tokens !== null) this.filter.replace(tokens);
      return;
    }
    this.#key = key;
    // A cluster that comes or goes leaves the list what it is.
    const filterKey = JSON.stringify([clusters[0], kindKey(source.kind.kind), source.scope]);
    if (tokens !== null || filterKey !== this.#filterKey) this.filter.reset(tokens ?? []);
    this.#filterKey = filterKey;
    this.#reopen(source);
  }

  /** Reads the list again, or opens it again where it could not be opened or was stopped. */
  async refresh(): Promise<void> {
    const { source } = this;
    if (source === null) return;
    if (this.view.view === null || this.isStopped) {
      this.#reopen(source);
      return;
    }
    this.#isRebaseDue = true;
    try {
      await this.view.refresh();
    } catch (error) {
      this.problem = { title: 'The list was not read again.', error: toApiError(error) };
    }
  }

  /** Gives up waiting for a list that does not come. */
  stop(): void {
    this.view.close();
    this.waiting.stop();
    this.isStopped = true;
  }

  close(): void {
    this.view.close();
    this.waiting.stop();
    this.freeze.stop();
    if (this.#countTimer !== null) clearTimeout(this.#countTimer);
    this.#countTimer = null;
    this.#key = '';
  }

  /** Says which places are on screen. */
  show(first: number, count: number): void {
    this.#screen = { first, count };
    this.view.show(first, count);
    if (this.freeze.isFrozen && !this.#covers(this.shown) && this.#covers(this.view.held)) this.#rebase();
  }

  #countSoon(): void {
    if (this.#countTimer !== null) clearTimeout(this.#countTimer);
    this.#countTimer = setTimeout(() => {
      this.#countTimer = null;
      this.oncounted();
    }, COUNT_SAID_MS);
  }

  /** First by a column, then the other way round, and so on. */
  sortBy(column: string): void {
    const { sort } = this.view.query;
    const isAgain = sort?.column === column && sort.direction === 'ascending';
    this.sort({ column, direction: isAgain ? 'descending' : 'ascending' });
  }

  sort(sort: SortBy): void {
    this.#setQuery({ sort });
  }

  setWide(isWide: boolean): void {
    this.#setQuery({ isWide });
  }

  /** Prints a column that is not, and does not print one that is. */
  toggleColumn(column: Column): void {
    const isPrinted = this.columns.some(({ id }) => id === column.id);
    const { sort } = this.view.query;
    const isLeft = isPrinted && labelOf(column) !== null && sort?.column === column.id;
    this.#setQuery({ columns: toggled(this.view.query, column, isPrinted), ...(isLeft ? { sort: null } : {}) });
  }

  addLabel(key: string): void {
    const { columns } = this.view.query;
    this.#setQuery({ columns: { ...columns, labels: [...columns.labels, key] } });
  }

  /** Whether the person has arranged the lists of this kind. */
  get isArranged(): boolean {
    return this.source !== null && !this.#looks.isPlain(this.source.kind.kind);
  }

  /** As the server has them. */
  resetColumns(): void {
    if (this.source === null) return;
    this.#looks.reset(this.source.kind.kind);
    this.#setQuery(arranged(PLAIN));
  }

  /** Changes marks by way of this view. */
  async mark(change: SelectionChange): Promise<SelectionSummary | null> {
    if (this.view.view === null) return null;
    this.problem = null;
    this.#changes += 1;
    const own = this.#changes;
    const { hint } = this.view;
    this.marking = change.change === 'markAll' && hint !== null && hint.awaited > 0 ? hint.total : null;
    try {
      return await this.#backend.selectionChange(this.view.view, change);
    } catch (error) {
      // One that another change took the place of is nobody's concern.
      if (own === this.#changes) this.problem = { title: 'The marks were not changed.', error: toApiError(error) };
      return null;
    } finally {
      if (own === this.#changes) this.marking = null;
    }
  }

  /** Any other change ends marking all that match, and this one changes nothing itself. */
  async stopMarking(): Promise<void> {
    await this.mark({ change: 'unmark', rows: [] });
  }

  async markAllOrNone(): Promise<void> {
    await this.mark({ change: this.headCheck === 'on' ? 'unmarkAll' : 'markAll' });
  }

  /** From one row to another. While rows are held in place the backend's order is not the one on screen, so the rows
   * that are seen are named one by one. */
  async markBetween(from: { index: number; id: RowId }, to: { index: number; id: RowId }): Promise<void> {
    const first = Math.min(from.index, to.index);
    const last = Math.max(from.index, to.index);
    const isSeen = this.rowAt(first) !== undefined && this.rowAt(last) !== undefined;
    if (this.freeze.isFrozen && isSeen) {
      const rows = this.shown.rows.slice(first - this.shown.start, last + 1 - this.shown.start);
      await this.mark({ change: 'mark', rows: rows.filter(isMarkable).map((row) => row.id) });
    } else await this.mark({ change: 'markRange', from: from.id, to: to.id });
  }

  /** Each of them was read: for the rest of the run the list says no more of it. */
  closeWarnings(cluster: string): void {
    const said = this.warnings.filter((warning) => warning.cluster === cluster);
    if (this.source !== null) this.#read.add(this.source.kind.kind, said);
    this.warnings = this.warnings.filter((warning) => warning.cluster !== cluster);
  }

  /** Every column can be filtered by, printed or not. */
  #name(columns: readonly Column[], hidden: readonly Column[]): void {
    if (this.#named[0] === columns && this.#named[1] === hidden) return;
    this.#named = [columns, hidden];
    this.filter.columns = [...columns, ...hidden].map(({ name }) => name);
  }

  #warn(warnings: readonly Warning[]): void {
    const { source } = this;
    if (source === null) return;
    const fresh = warnings.filter((warning) => !this.#read.has(source.kind.kind, warning));
    // Every window brings them along: what says the same stays as it is.
    if (JSON.stringify(fresh) !== JSON.stringify(this.warnings)) this.warnings = fresh;
  }

  /** `how`: as the person arranged it, or, where the backend can make nothing of that, as the server has it. */
  #reopen(source: ListSource, how: 'arranged' | 'plain' = 'arranged'): void {
    this.isStopped = false;
    this.problem = null;
    this.warnings = [];
    this.marking = null;
    this.#isRebaseDue = true;
    this.#showAll(EMPTY, 0);
    this.onreset();
    this.waiting.start();
    const look = how === 'plain' ? PLAIN : this.#looks.of(source.kind.kind);
    const query = { ...NO_QUERY, ...arranged(look), text: this.filter.text, filters: this.filter.filters };
    void this.view.open(sourceOf(source), query).then(() => {
      const { error } = this.view;
      if (error === null) return;
      this.waiting.stop();
      // What was understood before may mean nothing to another cluster, or to a newer version of the kind.
      const isOfQuery = error.code === 'invalidRequest' && how === 'arranged';
      if (isOfQuery && (this.filter.refuseAll(error.message) || !this.#looks.isPlain(source.kind.kind))) this.#reopen(source, 'plain');
    });
  }

  #setQuery(change: Partial<ViewQuery>): void {
    const query = { ...this.view.query, ...change, text: this.filter.text, filters: this.filter.filters };
    if (JSON.stringify(query) === JSON.stringify(this.view.query)) return;
    this.#isRebaseDue = true;
    this.#isNewOrder = true;
    void this.view.setQuery(query).then((asked) => {
      if (asked === 'taken') this.#queryTaken(query);
      else if (asked !== 'passed') this.#queryRefused(query, asked);
    });
  }

  #queryTaken(query: ViewQuery): void {
    this.filter.took(query.filters);
    if (this.source === null) return;
    const { kind } = this.source.kind;
    if (JSON.stringify(arranged(query)) !== JSON.stringify(arranged(this.#looks.of(kind)))) this.#looks.change(kind, arranged(query));
  }

  /** What is shown stays. A token that means nothing stays in the box and is left out from now on. */
  #queryRefused(query: ViewQuery, error: ApiError): void {
    this.#isNewOrder = false;
    if (!this.filter.refused(query.filters, error.message || errorTitle(error.code))) {
      this.problem = { title: 'The list stays as it was.', error };
      return;
    }
    announcer.assertive(this.filter.problem ?? '');
    this.#setQuery({});
  }

  #take(window: ViewWindow): void {
    const { phase } = window.hint.liveness;
    if (phase !== 'opening') this.waiting.stop();
    this.#warn(window.warnings);
    const isOfSameColumns = this.#named[0] === this.view.columns;
    this.#name(this.view.columns, this.view.hiddenColumns);
    if (isOfSameColumns) this.tints.take(this.shown.rows, window.rows, window.columns);
    else this.tints.clear();
    if (this.freeze.isFrozen && !this.#isRebaseDue) {
      if (this.#covers(this.shown)) {
        const merged = mergeFrozen(this.shown, window);
        this.shown = merged.held;
        this.goneInPlace = merged.gone;
        this.onrows();
      } else this.#rebase();
      return;
    }
    this.#isRebaseDue = false;
    this.#showAll(this.view.held, window.hint.total);
    if (this.#isNewOrder) this.onreset();
    this.#isNewOrder = false;
  }

  /** The person scrolled past what was held in place: takes the present rows without moving those on screen. */
  #rebase(): void {
    const shift = shiftOf(this.shown, this.view.held, this.#screen.first, this.#screen.count);
    this.#showAll(this.view.held, this.view.total);
    if (shift !== 0) this.onshift(shift);
  }

  #showAll(held: Held, total: number): void {
    this.shown = held;
    this.shownTotal = total;
    this.goneInPlace = 0;
    this.onrows();
  }

  #covers(held: Held): boolean {
    const last = Math.min(this.#screen.first + this.#screen.count, this.shownTotal);
    return this.#screen.first >= held.start && last <= held.start + held.rows.length;
  }
}

function sourceOf({ clusters, kind, scope }: ListSource): ViewSource {
  return { source: 'objects', clusters: clusters.map(({ id }) => id), kind: kind.kind, namespaces: scope };
}

/** What of a query is remembered for a kind. */
function arranged({ sort, isWide, columns }: Pick<ViewQuery, 'sort' | 'isWide' | 'columns'>): Pick<ViewQuery, 'sort' | 'isWide' | 'columns'> {
  return { sort, isWide, columns };
}
