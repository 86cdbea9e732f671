import type { IconName } from './icons/icons';
import type { Look } from './tiers';

type Words = {
  separator?: false;
  text: string;
  keys?: string;
  icon?: IconName;
  /** Its glyph, in its colour, in place of an icon. */
  tier?: Look;
  isDanger?: boolean;
  /** Why it cannot be used now. */
  reason?: string;
};

export type MenuItem =
  | { separator: true }
  | (Words & {
      /** Whether it is the chosen one of several: drawn with a mark and read as such. */
      isChosen?: boolean;
      /** Whether it is on: a thing by itself, not one of several. */
      isOn?: boolean;
      run: () => void;
    })
  /** Opens a second level beside it. */
  | (Words & { items: MenuItem[] });

/** `side`: beside the anchor and not below it. */
export type MenuAnchor = { x: number; y: number; width?: number; height?: number; side?: true };
