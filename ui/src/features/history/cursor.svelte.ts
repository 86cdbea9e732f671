/** Where the keyboard is among the jobs and their receipts, and which receipts are marked to be restored together. It
 * counts lines and holds no rows. */
import type { Backend } from '../../ipc/backend';
import type { HistoryJob, ReceiptRef } from '../../ipc/types';
import { NO_QUERY } from '../../shared/view/view.svelte';
import type { HistoryController } from './history.svelte';

/** Receipts read at once when many are marked. */
const MARK_PAGE = 200;
/** What one restore takes at most; a plan keeps as many copies. */
export const MOST_MARKED = 2_000;
const PAGE_LINES = 10;

/** A job's own line, or one of its receipts by its place. */
export interface Line {
  readonly job: string;
  readonly place: number | null;
}

export class HistoryCursor {
  current = $state.raw<Line | null>(null);
  /** Grows when the current line has to be brought into view. */
  revealAsked = $state(0);
  marks = $state.raw<ReadonlyMap<string, ReceiptRef>>(new Map());
  isMarking = $state(false);
  #anchor: Line | null = null;

  constructor(
    private readonly history: HistoryController,
    private readonly backend: Backend,
  ) {}

  /** The line that the keys start from: the first one where the current one is no longer there. */
  get line(): Line | null {
    const { current } = this;
    const job = current === null ? undefined : this.#jobOf(current.job);
    if (current === null || job === undefined) return this.#at(0);
    if (current.place === null) return current;
    const rows = this.history.rowsOf(job);
    return rows === 0 ? { job: current.job, place: null } : { job: current.job, place: Math.min(current.place, rows - 1) };
  }

  set(line: Line): void {
    this.current = line;
  }

  move(lines: number): void {
    const { line } = this;
    if (line !== null) this.#goTo(this.#indexOf(line) + lines);
  }

  page(direction: 1 | -1): void {
    this.move(direction * PAGE_LINES);
  }

  first(): void {
    this.#goTo(0);
  }

  last(): void {
    this.#goTo(Infinity);
  }

  /** To the right: unfolds, then goes in. */
  right(): void {
    const { line } = this;
    if (line?.place !== null) return;
    this.current = line;
    if (!this.history.isUnfolded(line.job)) this.history.unfold(line.job);
    else this.move(1);
  }

  /** To the left: out to the job, then folds it. */
  left(): void {
    const { line } = this;
    if (line === null) return;
    if (line.place === null) this.history.fold(line.job);
    else {
      this.current = { job: line.job, place: null };
      this.revealAsked += 1;
    }
  }

  toggleFold(job: string): void {
    if (this.history.isUnfolded(job)) this.history.fold(job);
    else this.history.unfold(job);
  }

  refAt(line: Line): ReceiptRef | null {
    if (line.place === null) return null;
    const row = this.history.views.get(line.job)?.rowAt(line.place)?.id;
    return row == null ? null : { job: line.job, row };
  }

  isMarked(receipt: ReceiptRef): boolean {
    return this.marks.has(keyOf(receipt));
  }

  /** Marks a receipt or takes its mark off; a job's own line stands for all of its receipts that are listed. */
  async toggleMark(line: Line): Promise<void> {
    this.current = line;
    this.#anchor = line;
    const receipt = this.refAt(line);
    if (receipt !== null) this.#set([receipt], !this.isMarked(receipt));
    else if (line.place === null) {
      const all = await this.receiptsOf(line);
      this.#set(all, !all.every((one) => this.isMarked(one)));
    }
  }

  /** Marks from where the last mark was set, within one job. */
  async markTo(line: Line): Promise<void> {
    const from = this.#anchor;
    if (line.place === null || from?.place == null || from.job !== line.job) {
      await this.toggleMark(line);
      return;
    }
    this.current = line;
    const start = Math.min(from.place, line.place);
    this.#set(await this.#read(line.job, start, Math.abs(from.place - line.place) + 1), true);
  }

  /** They are being restored. */
  unmark(receipts: readonly ReceiptRef[]): void {
    this.#set(receipts, false);
  }

  /** Marks all receipts of the job in which the keys are. */
  async markAll(line: Line): Promise<void> {
    this.#set(await this.receiptsOf(line), true);
  }

  /** All receipts of a job that match. */
  async receiptsOf(line: Line): Promise<ReceiptRef[]> {
    const job = this.#jobOf(line.job);
    return job === undefined ? [] : this.#read(line.job, 0, job.matching);
  }

  clearMarks(): void {
    this.marks = new Map();
    this.#anchor = null;
  }

  /** The receipts by their places; those of a folded job too, whose view is opened for as long as it takes. */
  async #read(job: string, start: number, count: number): Promise<ReceiptRef[]> {
    const wanted = Math.min(count, MOST_MARKED);
    const open = this.history.views.get(job)?.view ?? null;
    this.isMarking = true;
    let own: string | null = null;
    try {
      if (open === null) own = (await this.backend.viewOpen({ source: { source: 'receipts', job, query: this.history.answered }, query: NO_QUERY, count: 0 }, () => undefined)).view;
      const refs: ReceiptRef[] = [];
      while (refs.length < wanted) {
        const page = await this.backend.viewWindow(open ?? own ?? '', start + refs.length, Math.min(MARK_PAGE, wanted - refs.length));
        const found = page.rows.flatMap(({ id }) => (id === null ? [] : [{ job, row: id }]));
        refs.push(...found);
        if (found.length === 0) break;
      }
      return refs;
    } finally {
      this.isMarking = false;
      if (own !== null) this.backend.viewClose(own).catch(() => undefined);
    }
  }

  #set(receipts: readonly ReceiptRef[], isMarked: boolean): void {
    const marks = new Map(this.marks);
    for (const receipt of receipts) {
      if (!isMarked) marks.delete(keyOf(receipt));
      else if (marks.size < MOST_MARKED) marks.set(keyOf(receipt), receipt);
    }
    this.marks = marks;
  }

  #jobOf(id: string): HistoryJob | undefined {
    return this.history.jobs.find(({ job }) => job === id);
  }

  #goTo(index: number): void {
    const total = this.history.jobs.reduce((sum, job) => sum + 1 + this.history.rowsOf(job), 0);
    const line = this.#at(Math.max(0, Math.min(index, total - 1)));
    if (line === null) return;
    this.current = line;
    this.revealAsked += 1;
  }

  #indexOf(line: Line): number {
    let index = 0;
    for (const job of this.history.jobs) {
      if (job.job === line.job) return index + (line.place === null ? 0 : line.place + 1);
      index += 1 + this.history.rowsOf(job);
    }
    return 0;
  }

  #at(index: number): Line | null {
    let left = index;
    for (const job of this.history.jobs) {
      const rows = this.history.rowsOf(job);
      if (left === 0) return { job: job.job, place: null };
      if (left <= rows) return { job: job.job, place: left - 1 };
      left -= 1 + rows;
    }
    return null;
  }
}


export function keyOf({ job, row }: ReceiptRef): string {
  return `${job} ${row.cluster} ${row.uid}`;
}
