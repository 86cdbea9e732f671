import type { Tier } from '../ipc/types';
import type { IconName } from './icons/icons';

/** The tier's glyph has the tier's own name (ui.md §3); colour comes from the class `tier-*`. */
export function tierIcon(tier: Tier): IconName {
  return tier;
}

export function tierWord(tier: Tier): string {
  return tier === 'unknown' ? 'unknown tier' : tier;
}
