/** How the clusters stand in the rail, as the person arranged them: kept for the next start. */
import type { ClusterSummary } from '../ipc/types';
import { grouped, type Arranged, type ClusterGroup } from '../shared/tiers';

export interface ArrangementKeeper {
  readonly settings: Arranged;
  change(change: { keptClusters?: string[]; clusterOrder?: string[] }): void;
}

export class Arrangement {
  constructor(
    private readonly keeper: ArrangementKeeper,
    private readonly clusters: () => readonly ClusterSummary[],
  ) {}

  get groups(): ClusterGroup[] {
    return grouped(this.clusters(), this.keeper.settings);
  }

  isKept(id: string): boolean {
    return this.keeper.settings.keptClusters.includes(id);
  }

  /** At the top of the rail from now on, the last there; or no longer. */
  toggleKept(id: string): void {
    const others = this.keeper.settings.keptClusters.filter((other) => other !== id);
    this.keeper.change({ keptClusters: this.isKept(id) ? others : [...others, id] });
  }

  /** Inside its group, before this one; null is the end. */
  move(id: string, before: string | null): void {
    const groups = this.groups.map(({ clusters }) => clusters.map((cluster) => cluster.id));
    const group = groups.find((ids) => ids.includes(id));
    if (group === undefined || id === before) return;
    const others = group.filter((other) => other !== id);
    const at = before === null ? others.length : others.indexOf(before);
    if (at < 0) return;
    const moved = [...others.slice(0, at), id, ...others.slice(at)];
    if (this.isKept(id)) this.keeper.change({ keptClusters: moved });
    else this.keeper.change({ clusterOrder: groups.flatMap((ids) => (ids === group ? moved : ids)) });
  }
}
