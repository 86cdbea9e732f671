/** What the menu of a cluster does, wherever it is opened. */
import type { ApiError, ClusterSummary } from '../ipc/types';
import type { ClusterActions } from '../shared/clusterMenu';
import { isReadOnlyByTier } from '../shared/tiers';
import type { Controller } from './controller.svelte';

export type Shows = { open: (cluster: string) => void; settings: (cluster: string) => void };

/** `at` is what the menu was opened from: what asks further stands there. */
export function clusterActions(controller: Controller, cluster: ClusterSummary, at: HTMLElement, show: Shows): ClusterActions {
  const { care, faults, signing } = controller;
  const { id } = cluster;
  async function told(asked: Promise<ApiError | null>): Promise<void> {
    const problem = await asked;
    if (problem) faults.add(problem);
  }
  function add(): void {
    controller.addToList(id);
    controller.place?.askFocus();
  }
  return {
    open: () => show.open(id),
    add: controller.canAdd(cluster) ? add : null,
    chooseTier: (tier) => void told(care.choose(cluster, { tier })),
    setReadOnly: (isWanted) =>
      void told(care.choose(cluster, { readOnly: isWanted === isReadOnlyByTier(cluster.tier) ? null : isWanted })),
    unlock: () => care.ask(id, at),
    lock: () => void told(care.lock(cluster)),
    settings: () => show.settings(id),
    signIn: () => controller.showPanel(id),
    signOut: () => void signing.signOut(id),
    isKept: controller.arrangement.isKept(id),
    toggleKept: () => controller.arrangement.toggleKept(id),
    remove: () => controller.adding.askRemove(cluster),
    resetPractice: () => void controller.practice.reset(),
    closePractice: () => void controller.practice.close(),
  };
}
