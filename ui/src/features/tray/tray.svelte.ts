/** The tray: every marked object, in whatever list or cluster it is. Nothing but the person empties it. */
import { toApiError, type Backend } from '../../ipc/backend';
import type { ApiError, ClusterSummary, RowId, SelectionSummary } from '../../ipc/types';
import { count, plural, visible } from '../../shared/text';
import { ViewController } from '../../shared/view/view.svelte';

export const ROWS_AT_ONCE = 6;

export class TrayController {
  readonly view: ViewController;
  isCollapsed = $state(false);
  problem = $state.raw<ApiError | null>(null);

  readonly #backend: Backend;
  #isOpen = false;
  /** The list on screen, beside which marks are looked at; it stays what it was while the next one opens. */
  #beside: string | null = null;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.view = new ViewController(backend);
  }

  /** Opens its view with the first mark and closes it with the last; another list beside it opens it anew. */
  follow(total: number, beside: string | null): void {
    const isBesideAnother = beside !== null && beside !== this.#beside;
    if (total > 0 && (!this.#isOpen || isBesideAnother)) {
      this.#isOpen = true;
      this.#beside = beside;
      void this.view.open(beside === null ? { source: 'marked' } : { source: 'marked', beside });
    } else if (total === 0 && this.#isOpen) {
      this.#isOpen = false;
      this.problem = null;
      this.view.close();
    }
  }

  close(): void {
    this.#isOpen = false;
    this.view.close();
  }

  unmark(id: RowId): Promise<boolean> {
    return this.#change({ change: 'unmark', rows: [id] });
  }

  clear(): Promise<boolean> {
    return this.#change({ change: 'clear' });
  }

  undo(): Promise<boolean> {
    return this.#change({ change: 'undoClear' });
  }

  async #change(change: Parameters<Backend['selectionChange']>[1]): Promise<boolean> {
    this.problem = null;
    try {
      await this.#backend.selectionChange(this.view.view, change);
      return true;
    } catch (error) {
      this.problem = toApiError(error);
      return false;
    }
  }
}

/** "6 Pods, 1 ConfigMap"; more than four kinds are summed up. */
export function kindsWords(selection: SelectionSummary): string {
  const named = selection.kinds.slice(0, selection.kinds.length > 4 ? 3 : 4);
  const rest = selection.kinds.slice(named.length);
  const words = named.map((kind) => visible(plural(kind.kind, kind.count)));
  if (rest.length > 0) {
    words.push(`${count(rest.reduce((sum, kind) => sum + kind.count, 0))} of ${count(rest.length)} other kinds`);
  }
  return words.join(', ');
}

/** Marks of practice clusters and of real ones have no plan together: how many are of each, where both are marked. */
export function partsOf(selection: SelectionSummary, clusters: readonly ClusterSummary[]): { part: 'practice' | 'real'; count: number }[] {
  const isPractice = (id: string) => clusters.some((cluster) => cluster.id === id && cluster.isPractice);
  const practice = selection.clusters.filter(({ cluster }) => isPractice(cluster)).reduce((sum, { count: own }) => sum + own, 0);
  const real = selection.total - practice;
  return practice === 0 || real === 0 ? [] : [{ part: 'practice', count: practice }, { part: 'real', count: real }];
}

/** The marked clusters in the order of the selection, as far as they are known. */
export function markedClusters(selection: SelectionSummary, clusters: readonly ClusterSummary[]): ClusterSummary[] {
  return selection.clusters.flatMap((part) => clusters.find((cluster) => cluster.id === part.cluster) ?? []);
}
