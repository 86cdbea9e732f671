/** What is asked of the history and what it answered: search, filters, paging, and which jobs are unfolded. It keeps the
 * last answer until the next one is here, and it holds windows of receipts only, one view an unfolded job. */
import { toApiError, type Backend } from '../../ipc/backend';
import type { ApiError, History, HistoryJob, HistoryQuery, Outcome } from '../../ipc/types';
import { announcer } from '../../shared/announcer.svelte';
import { ViewController } from '../../shared/view/view.svelte';
import { Waiting } from '../../shared/view/waiting.svelte';
import { foundWords } from './words';

/** Typing has to stop for so long before it is searched, and for so long before the answer is read aloud. */
export const SEARCH_MS = 300;
export const SPEAK_MS = 500;
/** Jobs read at a time. */
export const PAGE_JOBS = 100;

export const EVERYTHING: HistoryQuery = { text: '', outcomes: [], cluster: null, start: 0, count: 0 };

export class HistoryController {
  history = $state.raw<History | null>(null);
  /** Why the last reading failed; what was read before stays beside it. */
  error = $state.raw<ApiError | null>(null);
  /** The search as it stands in its field. */
  text = $state('');
  outcomes = $state.raw<readonly Outcome[]>([]);
  cluster = $state<string | null>(null);
  isReadingOlder = $state(false);
  /** What the history on screen answers. */
  answered = $state.raw<HistoryQuery>(EVERYTHING);
  /** The receipts of each unfolded job that is on screen. */
  views = $state.raw<ReadonlyMap<string, ViewController>>(new Map());
  readonly waiting = new Waiting();

  readonly jobs: readonly HistoryJob[] = $derived(this.history?.jobs ?? []);
  readonly hasOlder: boolean = $derived(this.history !== null && this.history.jobs.length < this.history.total);
  /** Whether something narrows what is shown. */
  readonly isNarrowed: boolean = $derived(this.answered.text !== '' || this.answered.outcomes.length > 0 || this.answered.cluster !== null);

  readonly #backend: Backend;
  #isShown = false;
  #isFirst = true;
  #unfolded = new Set<string>();
  #asked = 0;
  #isReading = false;
  #isDirty = false;
  #typing: ReturnType<typeof setTimeout> | null = null;
  #speaking: ReturnType<typeof setTimeout> | null = null;
  #typedAt = -Infinity;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** The page came on screen. */
  show(): void {
    this.#isShown = true;
    void this.read();
  }

  /** It went: nothing is followed any more, and what was searched and unfolded is there the next time. */
  hide(): void {
    this.#isShown = false;
    this.#asked += 1;
    this.#isReading = false;
    this.waiting.stop();
    if (this.#typing !== null) clearTimeout(this.#typing);
    if (this.#speaking !== null) clearTimeout(this.#speaking);
    for (const view of this.views.values()) view.close();
    this.views = new Map();
  }

  /** Receipts or the trash changed. */
  changed(): void {
    if (!this.#isShown) return;
    if (this.#isReading) this.#isDirty = true;
    else void this.read();
  }

  setText(text: string): void {
    this.text = text;
    this.#typedAt = Date.now();
    if (this.#typing !== null) clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      this.#typing = null;
      void this.read();
    }, SEARCH_MS);
  }

  /** Does not wait any longer for typing to stop. */
  search(): void {
    if (this.#typing !== null) void this.read();
  }

  setOutcomes(outcomes: readonly Outcome[]): void {
    this.outcomes = outcomes;
    void this.read();
  }

  setCluster(cluster: string | null): void {
    this.cluster = cluster;
    void this.read();
  }

  clear(): void {
    this.text = '';
    this.outcomes = [];
    this.cluster = null;
    void this.read();
  }

  /** What is asked for now; exports follow it too. */
  query(): HistoryQuery {
    return { text: this.text.trim(), outcomes: [...this.outcomes], cluster: this.cluster, start: 0, count: 0 };
  }

  /** Reads what is asked for, as many jobs as are on screen. */
  async read(): Promise<void> {
    if (this.#typing !== null) clearTimeout(this.#typing);
    this.#typing = null;
    const query = this.query();
    const isSame = isSameQuestion(query, this.answered);
    this.#asked += 1;
    const ticket = this.#asked;
    this.#isReading = true;
    this.#isDirty = false;
    this.isReadingOlder = false;
    if (this.waiting.since === null) this.waiting.start();
    try {
      const count = isSame ? Math.max(PAGE_JOBS, this.jobs.length) : PAGE_JOBS;
      const history = await this.#backend.historyRead({ ...query, count });
      if (ticket === this.#asked) this.#take(query, history, isSame);
    } catch (cause) {
      if (ticket === this.#asked) this.error = toApiError(cause);
    } finally {
      if (ticket === this.#asked) this.#ended();
    }
  }

  /** Adds the next page of older jobs. */
  async readOlder(): Promise<void> {
    const { history } = this;
    if (history === null || this.isReadingOlder || this.#isReading || !this.hasOlder) return;
    this.#asked += 1;
    const ticket = this.#asked;
    this.isReadingOlder = true;
    try {
      const page = await this.#backend.historyRead({ ...this.answered, start: history.jobs.length, count: PAGE_JOBS });
      if (ticket !== this.#asked) return;
      const known = new Set(history.jobs.map(({ job }) => job));
      // What was deleted meanwhile moved the pages: no job is shown twice.
      this.history = { ...page, jobs: [...history.jobs, ...page.jobs.filter(({ job }) => !known.has(job))] };
      this.error = null;
      this.#follow();
    } catch (cause) {
      if (ticket === this.#asked) this.error = toApiError(cause);
    } finally {
      if (ticket === this.#asked) this.isReadingOlder = false;
    }
  }

  isUnfolded(job: string): boolean {
    return this.views.has(job);
  }

  fold(job: string): void {
    this.#unfolded.delete(job);
    this.#follow();
  }

  unfold(job: string): void {
    this.#unfolded.add(job);
    this.#follow();
  }

  /** Reads the receipts of one job again, after that failed. */
  reopen(job: string): void {
    this.views.get(job)?.close();
    this.views = new Map([...this.views, [job, this.#open(job)]]);
  }

  /** How many lines of receipts a job takes: as many as match, even before its view has answered. */
  rowsOf(job: HistoryJob): number {
    const view = this.views.get(job.job);
    if (view === undefined || viewError(view) !== null) return 0;
    return view.hint === null ? job.matching : view.total;
  }

  #take(query: HistoryQuery, history: History, isSame: boolean): void {
    const before = this.jobs;
    this.history = history;
    this.answered = query;
    this.error = null;
    const [newest] = history.jobs;
    // What was deleted last is what one comes for; and one find is what was looked for.
    if (newest !== undefined && (this.#isFirst || (!isSame && history.total === 1))) this.#unfolded.add(newest.job);
    this.#isFirst = this.#isFirst && newest === undefined;
    if (isSame) this.#renew(before);
    this.#follow(isSame ? 'same' : 'other');
    if (!isSame) this.#speak(history);
  }

  #ended(): void {
    this.#isReading = false;
    this.waiting.stop();
    if (this.#isDirty && this.#isShown) void this.read();
  }

  /** Opens and closes views, so that there is one for each unfolded job on screen. For another question the old rows of a
   * job stay until those that answer it are here. */
  #follow(question: 'same' | 'other' = 'same'): void {
    if (!this.#isShown) return;
    const next = new Map<string, ViewController>();
    for (const { job } of this.jobs) {
      if (!this.#unfolded.has(job)) continue;
      const known = this.views.get(job);
      if (known === undefined) next.set(job, this.#open(job));
      else {
        next.set(job, known);
        if (question === 'other') this.#replace(job, known);
      }
    }
    for (const [job, view] of this.views) if (next.get(job) !== view) view.close();
    this.views = next;
  }

  #open(job: string): ViewController {
    const view = new ViewController(this.#backend);
    void view.open({ source: 'receipts', job, query: this.answered });
    return view;
  }

  /** A view over the journal is of one moment: where a job went on since, another takes its place. */
  #renew(before: readonly HistoryJob[]): void {
    for (const job of this.jobs) {
      const view = this.views.get(job.job);
      const was = before.find((other) => other.job === job.job);
      if (view !== undefined && was !== undefined && (was.outcome !== job.outcome || was.matching !== job.matching)) this.#replace(job.job, view);
    }
  }

  #replace(job: string, old: ViewController): void {
    const next = this.#open(job);
    // Opening goes to the top; it is wanted where the old one is.
    next.show(old.screen.start, old.screen.count);
    next.onwindow = () => {
      next.onwindow = () => undefined;
      if (this.views.get(job) !== old) {
        next.close();
        return;
      }
      this.views = new Map([...this.views, [job, next]]);
      old.close();
    };
  }

  #speak(history: History): void {
    if (this.#speaking !== null) clearTimeout(this.#speaking);
    const wait = Math.max(0, this.#typedAt + SPEAK_MS - Date.now());
    this.#speaking = setTimeout(() => announcer.polite(foundWords(history)), wait);
  }
}

/** Why the receipts of a job could not be read. */
export function viewError(view: ViewController): ApiError | null {
  const liveness = view.hint?.liveness;
  return view.error ?? (liveness?.phase === 'failed' ? liveness.error : null);
}

function isSameQuestion(left: HistoryQuery, right: HistoryQuery): boolean {
  return left.text === right.text && left.cluster === right.cluster && left.outcomes.join() === right.outcomes.join();
}
