/** What the menu of a cluster offers, at its tile and at the head of its kinds (ui.md §6). */
import type { ClusterSummary, Tier } from '../ipc/types';
import { lockOf, minutesWords } from './locks';
import type { MenuItem } from './menu';
import { signsIn } from './sessions';
import { printed } from './shortcuts';
import { isKnown, isReadOnly, tiers, tierWord } from './tiers';

export type ClusterActions = {
  open: () => void;
  /** Adds it to the list on screen; null where there is none, or it is in it. */
  add: (() => void) | null;
  chooseTier: (tier: Tier) => void;
  setReadOnly: (isWanted: boolean) => void;
  unlock: () => void;
  lock: () => void;
  settings: () => void;
  signIn: () => void;
  signOut: () => void;
  /** Whether it stands at the top of the rail. */
  isKept: boolean;
  toggleKept: () => void;
  /** Asks first. */
  remove: () => void;
  /** Of all practice clusters together. */
  resetPractice: () => void;
  closePractice: () => void;
};

/** Where it could be moved to in the rail; null where it stands there already. */
export type Moves = { up: (() => void) | null; down: (() => void) | null };

export function clusterMenu(
  cluster: ClusterSummary,
  number: number | null,
  at: { now: number; unlockMinutes: number },
  actions: ClusterActions,
  moves: Moves | null = null,
): MenuItem[] {
  // What is chosen is kept by the fingerprint; of a cluster that was never opened there is none.
  const never = isKnown(cluster) ? {} : { reason: 'open it once' };
  const { lock } = lockOf(cluster, at.now);
  const wanted = isReadOnly(cluster);
  return [
    { text: 'Open', ...(number === null ? {} : { keys: printed(`Ctrl+${String(number)}`) }), run: actions.open },
    ...(actions.add === null ? [] : [{ text: 'Add to this list', icon: 'plus' as const, run: actions.add }]),
    ...(signsIn(cluster.state) ? [{ text: 'Sign in…', icon: 'key' as const, run: actions.signIn }] : []),
    ...(cluster.state === 'signedIn' ? [{ text: 'Sign out', icon: 'key' as const, run: actions.signOut }] : []),
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
    { text: 'Keep at the top of the rail', isOn: actions.isKept, run: actions.toggleKept },
    ...(moves?.up ? [{ text: 'Move up', icon: 'arrow-up' as const, keys: printed('Alt+↑'), run: moves.up }] : []),
    ...(moves?.down ? [{ text: 'Move down', icon: 'arrow-down' as const, keys: printed('Alt+↓'), run: moves.down }] : []),
    { separator: true },
    { text: 'Settings of this cluster…', icon: 'settings', run: actions.settings },
    ...(cluster.isPractice
      ? [
          { text: 'Reset the practice clusters', icon: 'refresh' as const, run: actions.resetPractice },
          { text: 'Close practice', icon: 'minus' as const, run: actions.closePractice },
        ]
      : [{ text: 'Remove from list…', icon: 'minus' as const, run: actions.remove }]),
  ];
}
