/** One open view of the backend and the window of rows that the page holds of it. It knows no DOM and no feature.
 *
 * Invariants: at most `KEPT_SCREENS` screens of rows are held; an answer that was asked for earlier never replaces one
 * that was asked for later; nothing is asked again while the answer to the same question is awaited. */
import { toApiError, type Backend } from '../../ipc/backend';
import type { ApiError, Column, SortBy, ViewHint, ViewPart, ViewQuery, ViewSource, ViewWindow, WindowRow } from '../../ipc/types';

/** Rows held, in screens: the one shown, and one on each side of it. */
export const KEPT_SCREENS = 3;
/** Two questions may be under way, so that one slow answer does not hold up a scroll. */
const MOST_PULLS = 2;
/** After a failed pull the next one waits this long. */
const RETRY_MS = 1_000;
const SMALLEST_SCREEN = 10;
const AGE_FLOOR_MS = 1_000;

/** Rows by their place in the view. */
export interface Held {
  readonly start: number;
  readonly rows: readonly WindowRow[];
}

const NOTHING: Held = { start: 0, rows: [] };
/** What became of a query: the view follows it, another one took its place before it was asked, or why it was refused. */
export type Asked = 'taken' | 'passed' | ApiError;

export const NO_QUERY: ViewQuery = { text: '', filters: [], sort: null, isWide: false, columns: { shown: [], hidden: [], labels: [] }, outcomes: [] };

interface Range {
  start: number;
  count: number;
}

export class ViewController {
  /** The backend's id, once it is open. */
  view = $state<string | null>(null);
  hint = $state.raw<ViewHint | null>(null);
  columns = $state.raw<readonly Column[]>([]);
  /** Those that could be shown beside them. */
  hiddenColumns = $state.raw<readonly Column[]>([]);
  /** How it stands with each cluster of a list of objects. */
  parts = $state.raw<readonly ViewPart[]>([]);
  held = $state.raw<Held>(NOTHING);
  /** Why it could not be opened. What the list itself failed with is in the hint's liveness. */
  error = $state.raw<ApiError | null>(null);
  /** When it was asked for, in milliseconds of the local clock. */
  askedAt = $state<number | null>(null);

  /** Called with every window that was taken, after it was. */
  onwindow: (window: ViewWindow) => void = () => undefined;

  readonly #backend: Backend;
  #query: ViewQuery = $state.raw(NO_QUERY);
  /** The one that the rows are of. */
  #queryTaken = NO_QUERY;
  #opening: Promise<void> = Promise.resolve();
  /** The last query that was asked, until the backend has answered it. */
  #querying: Promise<unknown> = Promise.resolve();
  #generation = 0;
  #asked = 0;
  #taken = 0;
  #pulls = 0;
  #pulling: Range | null = null;
  #answer: Range | null = null;
  /** Of the rows that are held. */
  #version = 0;
  /** Something else than a hint told that they changed. */
  #isDirty = false;
  #screen: Range = { start: 0, count: SMALLEST_SCREEN };
  #isVisible = true;
  #ages: ReturnType<typeof setTimeout> | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get total(): number {
    return this.hint?.total ?? 0;
  }

  get query(): ViewQuery {
    return this.#query;
  }

  get sort(): SortBy | null {
    return this.#query.sort;
  }

  /** The rows that are on screen, as `show` was told. */
  get screen(): { readonly start: number; readonly count: number } {
    return this.#screen;
  }

  rowAt(index: number): WindowRow | undefined {
    return this.held.rows[index - this.held.start];
  }

  /** Opens the source in place of whatever was open. */
  open(source: ViewSource, query: ViewQuery = NO_QUERY): Promise<void> {
    this.close();
    this.#query = query;
    this.#queryTaken = query;
    this.askedAt = Date.now();
    this.#opening = this.#open(source, query, this.#generation);
    return this.#opening;
  }

  async #open(source: ViewSource, query: ViewQuery, generation: number): Promise<void> {
    try {
      const opened = await this.#backend.viewOpen({ source, query, count: this.#firstCount }, (hint) => {
        this.#hinted(generation, hint);
      });
      if (generation !== this.#generation) {
        this.#backend.viewClose(opened.view).catch(() => undefined);
        return;
      }
      this.view = opened.view;
      this.#take(this.#ticket(), opened.window);
      this.#pull();
    } catch (error) {
      if (generation === this.#generation) this.error = toApiError(error);
    }
  }

  /** Forgets everything; answers still under way are dropped when they come. */
  close(): void {
    this.#generation += 1;
    this.#clearTimers();
    if (this.view !== null) this.#backend.viewClose(this.view).catch(() => undefined);
    this.view = null;
    this.hint = null;
    this.columns = [];
    this.hiddenColumns = [];
    this.parts = [];
    this.held = NOTHING;
    this.error = null;
    this.askedAt = null;
    this.#pulls = 0;
    this.#pulling = null;
    this.#answer = null;
    this.#version = 0;
    this.#isDirty = false;
    this.#screen = { start: 0, count: this.#screen.count };
  }

  /** Filter or order. The rows held stay until those of the new order are here, and where it is refused the view stays
   * as it was. One is asked at a time; of those that come meanwhile only the newest. */
  async setQuery(query: ViewQuery): Promise<Asked> {
    this.#query = query;
    const generation = this.#generation;
    if (this.view === null) await this.#opening;
    await this.#querying;
    const isOver = (): boolean => generation !== this.#generation;
    if (isOver() || this.view === null || this.#query !== query) return 'passed';
    let window: ViewWindow;
    const ticket = this.#ticket();
    try {
      const asking = this.#backend.viewQuery(this.view, query, this.#firstCount);
      this.#querying = asking.catch(() => undefined);
      window = await asking;
    } catch (error) {
      if (isOver()) return 'passed';
      if (this.#query === query) this.#query = this.#queryTaken;
      return toApiError(error);
    }
    if (isOver()) return 'passed';
    this.#queryTaken = query;
    this.#take(ticket, window);
    this.#pull();
    return 'taken';
  }

  /** Reads the list again from the server. */
  async refresh(): Promise<void> {
    if (this.view === null) return;
    await this.#backend.viewRefresh(this.view);
    this.again();
  }

  /** Pulls what is shown again: something else than a hint told that it changed. */
  again(): void {
    this.#isDirty = true;
    this.#pull();
  }

  /** Says which rows are on screen; pulls what is missing. */
  show(start: number, count: number): void {
    this.#screen = { start: Math.max(0, start), count: Math.max(SMALLEST_SCREEN, count) };
    this.#pull();
  }

  /** Ages are only kept right while someone can see them. */
  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    if (isVisible && this.#ages === null && this.hint !== null) {
      this.#isDirty = true;
      this.#pull();
    }
  }

  #hinted(generation: number, hint: ViewHint): void {
    if (generation !== this.#generation) return;
    if (this.hint !== null && hint.version < this.hint.version) return;
    this.hint = hint;
    this.#pull();
  }

  #wanted(): Range {
    const { start, count } = this.#screen;
    const from = Math.max(0, start - count);
    return { start: from, count: start + 2 * count - from };
  }

  /** So many of the first rows are wanted where they are on screen. */
  get #firstCount(): number {
    return 2 * this.#screen.count;
  }

  /** Numbers what is asked for. */
  #ticket(): number {
    this.#asked += 1;
    return this.#asked;
  }

  /** Whether the rows may be others by now. */
  get #isStale(): boolean {
    return this.#isDirty || (this.hint !== null && this.hint.version > this.#version);
  }

  #isCovered(by: Range): boolean {
    const end = this.hint === null ? Infinity : this.hint.total;
    const last = Math.min(this.#screen.start + this.#screen.count, end);
    return this.#screen.start >= by.start && last <= by.start + by.count;
  }

  #pull(): void {
    const { view } = this;
    if (view === null || this.#pulls >= MOST_PULLS || this.#retry !== null) return;
    const isMissing = !this.#isCovered({ start: this.held.start, count: this.held.rows.length });
    if (this.#pulling !== null) {
      // What changed meanwhile is asked for when the answer is here; what is not even asked for is asked for now.
      if (!isMissing || this.#isCovered(this.#pulling)) return;
    } else if (!isMissing && !this.#isStale) return;

    const wanted = this.#wanted();
    // The backend gave fewer rows than it counted: asking the same again would go on for ever.
    if (!this.#isStale && this.#answer?.start === wanted.start && this.#answer.count === wanted.count) return;
    const generation = this.#generation;
    const ticket = this.#ticket();
    this.#isDirty = false;
    this.#pulls += 1;
    this.#pulling = wanted;
    this.#backend.viewWindow(view, wanted.start, wanted.count).then(
      (window) => {
        if (generation !== this.#generation) return;
        this.#answered(wanted);
        this.#answer = wanted;
        this.#take(ticket, window);
        this.#pull();
      },
      () => {
        if (generation !== this.#generation) return;
        this.#answered(wanted);
        this.#isDirty = true;
        this.#retry = setTimeout(() => {
          this.#retry = null;
          this.#pull();
        }, RETRY_MS);
      },
    );
  }

  #answered(range: Range): void {
    this.#pulls -= 1;
    if (this.#pulling === range) this.#pulling = null;
  }

  #take(ticket: number, window: ViewWindow): void {
    if (ticket < this.#taken) return;
    this.#taken = ticket;
    this.#version = window.hint.version;
    if (this.hint === null || this.#version >= this.hint.version) this.hint = window.hint;
    this.columns = sameColumns(this.columns, window.columns) ? this.columns : window.columns;
    this.hiddenColumns = sameColumns(this.hiddenColumns, window.hiddenColumns) ? this.hiddenColumns : window.hiddenColumns;
    // Every window brings them along: what says the same stays as it is.
    if (JSON.stringify(this.parts) !== JSON.stringify(window.parts)) this.parts = window.parts;
    this.held = { start: window.start, rows: window.rows };
    this.#planAges(window.agesChangeIn);
    this.onwindow(window);
  }

  #planAges(seconds: number | null): void {
    if (this.#ages !== null) clearTimeout(this.#ages);
    this.#ages = null;
    if (seconds === null) return;
    this.#ages = setTimeout(() => {
      this.#ages = null;
      if (!this.#isVisible) return;
      this.#isDirty = true;
      this.#pull();
    }, Math.max(AGE_FLOOR_MS, seconds * 1_000));
  }

  #clearTimers(): void {
    if (this.#ages !== null) clearTimeout(this.#ages);
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#ages = null;
    this.#retry = null;
  }
}

function sameColumns(left: readonly Column[], right: readonly Column[]): boolean {
  return left.length === right.length && left.every((column, index) => column.id === right[index]?.id);
}
