/** What a tile's menu offers (ui.md §6). Signing out and removing a cluster are not there yet. */
import type { ClusterSummary, Tier } from '../../ipc/types';
import { lockOf, minutesWords } from '../../shared/locks';
import type { MenuItem } from '../../shared/menu';
import { printed } from '../../shared/shortcuts';
import { isKnown, isReadOnly, tiers, tierWord } from '../../shared/tiers';

export type TileActions = {
  open: () => void;
  chooseTier: (tier: Tier) => void;
  setReadOnly: (isWanted: boolean) => void;
  unlock: () => void;
  lock: () => void;
  settings: () => void;
};

export function tileMenu(
  cluster: ClusterSummary,
  number: number | null,
  at: { now: number; unlockMinutes: number },
  actions: TileActions,
): MenuItem[] {
  // What is chosen is kept by the fingerprint; of a cluster that was never opened there is none.
  const never = isKnown(cluster) ? {} : { reason: 'open it once' };
  const { lock } = lockOf(cluster, at.now);
  const wanted = isReadOnly(cluster);
  return [
    { text: 'Open', ...(number === null ? {} : { keys: printed(`Ctrl+${String(number)}`) }), run: actions.open },
    { separator: true },
    {
      text: 'Tier',
      ...never,
      items: tiers.map((tier) => ({
        text: tierWord(tier),
        tier,
        isChosen: cluster.tier === tier,
        run: () => actions.chooseTier(tier),
      })),
    },
    { text: 'Read-only', ...never, isOn: wanted, run: () => actions.setReadOnly(!wanted) },
    ...(lock === 'locked' ? [{ text: `Unlock for ${minutesWords(at.unlockMinutes)}…`, icon: 'unlock' as const, run: actions.unlock }] : []),
    ...(lock === 'unlocked' ? [{ text: 'Lock now', icon: 'lock' as const, run: actions.lock }] : []),
    { separator: true },
    { text: 'Settings of this cluster…', icon: 'settings', run: actions.settings },
  ];
}
