/** The clusters of the settings page: which are shown, in which order, which are checked and which one is looked at.
 * It lives as long as the run, so that coming back finds the page as it was left. */
import type { ClusterSummary } from '../../ipc/types';
import { lockOf } from '../../shared/locks';
import { sessionLook, sourceWords } from '../../shared/sessions';
import { isKnown, lookOf, looks, type Look } from '../../shared/tiers';

export type SortKey = 'name' | 'tier' | 'group' | 'writes' | 'state' | 'source';
export type Order = { by: SortKey; isDescending: boolean };

/** Which groups are shown: all, one, or those in none. */
export type GroupFilter = { of: 'any' } | { of: 'none' } | { of: 'group'; name: string };

export class ClustersTable {
  search = $state('');
  tier: Look | null = $state(null);
  group: GroupFilter = $state.raw({ of: 'any' });
  order: Order = $state.raw({ by: 'name', isDescending: false });
  checked: ReadonlySet<string> = $state.raw(new Set());
  /** The row that the keyboard is on. */
  current: string | null = $state(null);
  /** The cluster in the panel at the right. */
  shown: string | null = $state(null);
  /** Where a range of checks begins. */
  #anchor: string | null = null;

  constructor(private readonly all: () => readonly ClusterSummary[]) {}

  rows: ClusterSummary[] = $derived.by(() => sorted(this.all().filter((cluster) => this.#matches(cluster)), this.order));
  /** The checked ones that still exist, shown or not. */
  checkedClusters: ClusterSummary[] = $derived.by(() => this.all().filter(({ id }) => this.checked.has(id)));
  hiddenChecked: number = $derived.by(() => {
    const shown = new Set(this.rows.map(({ id }) => id));
    return this.checkedClusters.filter(({ id }) => !shown.has(id)).length;
  });
  headCheck: 'off' | 'on' | 'mixed' = $derived.by(() => {
    const count = this.rows.filter(({ id }) => this.checked.has(id)).length;
    if (count === 0) return 'off';
    return count === this.rows.length ? 'on' : 'mixed';
  });
  shownCluster: ClusterSummary | null = $derived.by(() => this.all().find(({ id }) => id === this.shown) ?? null);
  isFiltered: boolean = $derived.by(() => this.search.trim() !== '' || this.tier !== null || this.group.of !== 'any');

  indexOf(id: string | null): number {
    return id === null ? -1 : this.rows.findIndex((row) => row.id === id);
  }

  clearFilters(): void {
    this.search = '';
    this.tier = null;
    this.group = { of: 'any' };
  }

  sortBy(by: SortKey): void {
    this.order = { by, isDescending: this.order.by === by && !this.order.isDescending };
  }

  /** Moves the keyboard's row; the panel follows where it is open. */
  moveTo(index: number): void {
    const row = this.rows[Math.min(Math.max(index, 0), this.rows.length - 1)];
    if (!row) return;
    this.current = row.id;
    if (this.shown !== null) this.shown = row.id;
  }

  /** Shows a cluster in the panel, whatever hides its row. */
  show(id: string): void {
    this.shown = id;
    this.current = id;
    if (this.indexOf(id) < 0) this.clearFilters();
  }

  toggle(id: string, isRange: boolean): void {
    const [from, to] = [this.indexOf(this.#anchor), this.indexOf(id)];
    if (isRange && from >= 0 && to >= 0) {
      const range = this.rows.slice(Math.min(from, to), Math.max(from, to) + 1).map((row) => row.id);
      this.checked = new Set([...this.checked, ...range]);
      return;
    }
    this.#anchor = id;
    const checked = new Set(this.checked);
    if (!checked.delete(id)) checked.add(id);
    this.checked = checked;
  }

  /** Checks all that are shown, or none of them when all are. */
  toggleAll(): void {
    const ids = this.rows.map(({ id }) => id);
    const isEach = this.headCheck === 'on';
    const kept = [...this.checked].filter((id) => !ids.includes(id));
    this.checked = new Set(isEach ? kept : [...kept, ...ids]);
  }

  uncheck(ids: readonly string[] = [...this.checked]): void {
    this.checked = new Set([...this.checked].filter((id) => !ids.includes(id)));
  }

  #matches(cluster: ClusterSummary): boolean {
    const text = this.search.trim().toLowerCase();
    const { name, server, care } = cluster;
    const isFound = text === '' || [name, server, sourceWords(cluster), care.group ?? ''].some((part) => part.toLowerCase().includes(text));
    const isInGroup = this.group.of === 'any' || (this.group.of === 'none' ? !care.group : care.group === this.group.name);
    return isFound && isInGroup && (this.tier === null || lookOf(cluster) === this.tier);
  }
}

/** Text that rows are ordered by; equal ones stay in the order of their names. */
function sortText(cluster: ClusterSummary, by: SortKey): string {
  switch (by) {
    case 'name':
      return cluster.name;
    case 'tier':
      return String(looks.indexOf(lookOf(cluster)));
    case 'group':
      // Those without one come last.
      return cluster.care.group ? `0${cluster.care.group}` : '1';
    case 'writes':
      return lockOf(cluster, Date.now() / 1000).lock;
    case 'state':
      return sessionLook(cluster).word ?? 'signed in';
    case 'source':
      return sourceWords(cluster);
  }
}

const collator = new Intl.Collator('en', { numeric: true });

export function sorted(clusters: readonly ClusterSummary[], { by, isDescending }: Order): ClusterSummary[] {
  const keyed = clusters.map((cluster) => ({ cluster, text: sortText(cluster, by) }));
  const sign = isDescending ? -1 : 1;
  keyed.sort((a, b) => sign * collator.compare(a.text, b.text) || collator.compare(a.cluster.name, b.cluster.name));
  return keyed.map(({ cluster }) => cluster);
}

/** Of several clusters, those that can be given a tier, and those that were never opened. */
export function split(clusters: readonly ClusterSummary[]): { known: ClusterSummary[]; never: ClusterSummary[] } {
  return { known: clusters.filter(isKnown), never: clusters.filter((cluster) => !isKnown(cluster)) };
}
