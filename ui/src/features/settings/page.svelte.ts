/** The settings page as it was left: its tab and what each holds. */
import type { ClusterSummary } from '../../ipc/types';
import { ClustersTable } from './clusters.svelte';

export const tabs = ['clusters', 'trash', 'appearance', 'keyboard'] as const;
export type Tab = (typeof tabs)[number];

export const tabWords: Record<Tab, string> = {
  clusters: 'Clusters',
  trash: 'Trash and receipts',
  appearance: 'Appearance',
  keyboard: 'Keyboard',
};

export class SettingsState {
  tab: Tab = $state('clusters');
  readonly clusters: ClustersTable;

  constructor(all: () => readonly ClusterSummary[]) {
    this.clusters = new ClustersTable(all);
  }

  showCluster(id: string): void {
    this.tab = 'clusters';
    this.clusters.show(id);
  }

  /** Esc: closes the panel first. Answers whether there was something to close. */
  escape(): boolean {
    if (this.tab !== 'clusters' || this.clusters.shown === null) return false;
    this.clusters.shown = null;
    return true;
  }
}
