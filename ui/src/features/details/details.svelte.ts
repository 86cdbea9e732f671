/** The object in the panel beside the list: the one that the person opened or went to, followed by its UID while the
 * list holds its row, and kept as it was last read when it does not. It reads nothing itself and decides nothing about
 * the list's current row. */
import { toApiError, type Backend } from '../../ipc/backend';
import type { ApiError, ClusterSummary, Column, KindSummary, Liveness, PlanOf, SortBy, ViewWindow, WindowRow } from '../../ipc/types';
import { announcer } from '../../shared/announcer.svelte';
import { isMarkable } from '../../shared/rows';
import type { RowWatcher, Sight } from '../../shared/sight';
import { visible } from '../../shared/text';
import { isRowOf, livenessOf, whyMissing, type Missing } from './missing';

export interface Shown {
  readonly row: WindowRow;
  /** Of the window that the row is from. */
  readonly columns: readonly Column[];
  /** When it was read last, and since when it was seen terminating, in Unix seconds of the server's clock. */
  readonly at: number;
  readonly goingSince: number | null;
}

export type Standing =
  | { readonly is: 'unread' | 'live' | 'awaited' | 'incomplete' }
  | { readonly is: 'terminating'; readonly since: number | null }
  /** `at` is what the facts are as of. */
  | { readonly is: 'stale' | 'unseen' | 'outside'; readonly at: number }
  | { readonly is: 'gone' | 'replaced' | 'left'; readonly since: number };

const NO_LIST: Sight = { source: null, view: null, hint: null, parts: [], error: null };

export class DetailsController implements RowWatcher {
  isOpen = $state(false);
  /** Counts how often a person asked for details: the panel may take the focus then, and at no other time. */
  asked = $state(0);
  /** Null while the row that was asked for is not read yet. */
  shown: Shown | null = $state.raw(null);
  isMarking = $state(false);
  /** Why the mark was not changed. */
  problem: ApiError | null = $state.raw(null);
  /** The list that the object is of. */
  kind: KindSummary | null = $state.raw(null);
  #cluster: ClusterSummary | null = $state.raw(null);
  #sight: Sight = $state.raw(NO_LIST);
  #missing: { why: Missing; since: number } | null = $state.raw(null);
  #window: ViewWindow | null = null;
  #sort: SortBy | null = null;

  readonly #backend: Backend;
  readonly #onshow: () => void;
  readonly #now: () => number;

  readonly standing: Standing = $derived.by(() => this.#standing());
  /** Whether the list says what is so now. */
  readonly isListLive: boolean = $derived.by(() => {
    const phase = this.#liveness?.phase;
    return this.#sight.view !== null && (phase === 'live' || phase === 'reading' || phase === 'settled');
  });
  /** Why the list could not be read. */
  readonly listError: ApiError | null = $derived.by(() => {
    const liveness = this.#sight.hint?.liveness;
    return liveness?.phase === 'failed' ? liveness.error : this.#sight.error;
  });
  /** Why its deletion cannot be planned; null where it can. */
  readonly whyNotPlanned: string | null = $derived.by(() => this.#whyNotPlanned());
  /** A mark is shown as it is now, or not offered. */
  readonly whyNotMarked: string | null = $derived(this.standing.is === 'unseen' ? 'not among the rows that are read now' : this.whyNotPlanned);

  /** `onshow` is told each time that details are asked for: they take the place beside the list. `now` is the local
   * clock in Unix seconds. */
  constructor(backend: Backend, onshow: () => void = () => undefined, now: () => number = () => Date.now() / 1000) {
    this.#backend = backend;
    this.#onshow = onshow;
    this.#now = now;
  }

  /** The id of the cluster that the object is in. */
  get cluster(): string | null {
    return this.#cluster?.id ?? null;
  }

  open(row: WindowRow | null): void {
    this.#onshow();
    this.isOpen = true;
    this.asked += 1;
    this.#show(row);
    announcer.polite(row === null ? 'Details' : `Details of ${visible(`${row.kind} ${row.name}`)}`);
  }

  follow(row: WindowRow | null): void {
    if (this.isOpen) this.#show(row);
  }

  reset(): void {
    if (this.isOpen && this.shown === null) this.close();
  }

  saw(sight: Sight): void {
    this.#sight = sight;
    if (sight.view === null) this.#window = null;
    if (!this.isOpen || sight.source === null) return;
    if (!this.#isOfThisList(sight.source)) this.close();
    else if (sight.view === null && this.shown !== null) this.#miss('unseen');
  }

  took(window: ViewWindow, sort: SortBy | null): void {
    this.#window = window;
    this.#sort = sort;
    if (this.isOpen && this.shown !== null) this.#lookFor(this.shown.row);
  }

  close(): void {
    this.isOpen = false;
    this.shown = null;
    this.problem = null;
    this.#missing = null;
    this.kind = null;
    this.#cluster = null;
  }

  /** Marks it, or takes its mark off. */
  async mark(): Promise<void> {
    const row = this.shown?.row;
    const { view } = this.#sight;
    if (this.isMarking || this.whyNotMarked !== null || view === null || !isMarkable(row)) return;
    this.isMarking = true;
    this.problem = null;
    try {
      await this.#backend.selectionChange(view, { change: row.isMarked ? 'unmark' : 'mark', rows: [row.id] });
    } catch (cause) {
      // Another object may be shown by now; why this one was not marked would be said of that one.
      if (this.shown !== null && this.#isRowOf(this.shown.row, row)) this.problem = toApiError(cause);
      else announcer.assertive(`The mark of ${visible(row.name)} was not changed. ${visible(toApiError(cause).message)}`);
    } finally {
      this.isMarking = false;
    }
  }

  /** What the button plans: this object and no other, whatever stands at its place by now. */
  planOf(): PlanOf | null {
    const { view } = this.#sight;
    const id = this.shown?.row.id ?? null;
    return this.whyNotPlanned !== null || view === null || id === null ? null : { of: 'row', view, row: id };
  }

  #show(row: WindowRow | null): void {
    const { source } = this.#sight;
    const isAnother = row === null || this.shown === null || !this.#isRowOf(this.shown.row, row);
    this.kind = source?.kind ?? null;
    this.#cluster = this.#clusterOf(row);
    if (isAnother) {
      this.shown = null;
      this.problem = null;
      this.#missing = null;
    }
    if (row === null) return;
    if (isAnother) this.shown = { row, columns: this.#window?.columns ?? [], at: this.#serverNow(), goingSince: null };
    this.#lookFor(row);
  }

  /** Takes the row as the last window has it, or says that it is not in it. */
  #lookFor(of: WindowRow): void {
    const window = this.#window;
    if (window === null) {
      this.#miss('unseen');
      return;
    }
    const row = window.rows.find((one) => isRowOf(one, of, window));
    if (row !== undefined) this.#take(row, window.columns);
    else {
      const why = whyMissing(of, window, { sort: this.#sort, scope: this.#sight.source?.scope ?? { scope: 'all' } });
      // The list had struck it through already.
      this.#miss(why === 'unseen' && of.state === 'gone' ? 'left' : why);
    }
  }

  #take(row: WindowRow, columns: readonly Column[]): void {
    const before = this.shown;
    const isGoing = row.state === 'terminating';
    this.#cluster = this.#clusterOf(row);
    const began = before?.row.state === 'live' ? this.#serverNow() : (before?.goingSince ?? null);
    this.shown = { row, columns, at: this.#serverNow(), goingSince: isGoing ? began : null };
    this.#missing = null;
  }

  #miss(why: Missing): void {
    const before = this.#missing;
    const isOver = before?.why === 'gone' || before?.why === 'replaced';
    // What is gone does not come back by being scrolled out of sight.
    if (before?.why === why || (isOver && why !== 'replaced')) return;
    this.#missing = { why, since: isOver ? before.since : this.#serverNow() };
  }

  /** The one that the row is in; where a row has no UID yet, or none is here, the only one there is. */
  #clusterOf(row: WindowRow | null): ClusterSummary | null {
    const clusters = this.#sight.source?.clusters ?? [];
    const [first, ...others] = clusters;
    if (row?.id != null) return clusters.find(({ id }) => id === row.id?.cluster) ?? null;
    return others.length === 0 ? (first ?? null) : null;
  }

  #isRowOf(row: WindowRow, of: WindowRow): boolean {
    return isRowOf(row, of, this.#window ?? { columns: [], parts: [] });
  }

  /** How live the rows of its cluster are. */
  get #liveness(): Liveness | undefined {
    const { hint, parts } = this.#sight;
    return this.shown === null || hint === null ? hint?.liveness : livenessOf(this.shown.row, { hint, parts: [...parts] });
  }

  #isOfThisList({ clusters, kind }: NonNullable<Sight['source']>): boolean {
    const own = this.kind?.kind;
    return (this.cluster === null || clusters.some(({ id }) => id === this.cluster)) && own?.group === kind.kind.group && own.plural === kind.kind.plural;
  }

  #serverNow(): number {
    return this.#now() + (this.#cluster?.clockOffset ?? 0);
  }

  #standing(): Standing {
    if (this.shown === null) return { is: 'unread' };
    const { row, at, goingSince } = this.shown;
    const missing = this.#missing;
    if (missing?.why === 'unseen' || missing?.why === 'outside') return { is: missing.why, at };
    if (missing !== null) return { is: missing.why, since: missing.since };
    const liveness = this.#liveness;
    switch (row.state) {
      case 'stale':
        return { is: 'stale', at: liveness?.phase === 'stale' ? liveness.asOf : at };
      case 'gone':
        return { is: 'gone', since: at };
      case 'terminating':
        return { is: 'terminating', since: goingSince };
      case 'incomplete':
      case 'awaited':
        return { is: row.state };
      case 'live':
        return { is: row.id === null ? 'incomplete' : 'live' };
    }
  }

  #whyNotPlanned(): string | null {
    const { is } = this.standing;
    if (this.shown === null) return 'it is not read yet';
    if (is === 'gone') return 'it is gone';
    if (is === 'replaced') return 'it was replaced, and a namesake with another UID lives';
    if (is === 'left') return 'it is no longer in this list';
    if (is === 'outside') return 'its namespace is not listed';
    if (is === 'stale') return 'it is not live';
    if (this.shown.row.id === null) return is === 'awaited' ? 'its UID is still being read' : 'it has no UID';
    return this.isListLive ? null : 'the list is not read now';
  }
}
