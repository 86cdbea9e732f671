import type { IconName } from './icons/icons';

export type MenuItem =
  | { separator: true }
  | {
      separator?: false;
      text: string;
      keys?: string;
      icon?: IconName;
      isDanger?: boolean;
      /** Whether it is the chosen one of several: drawn with a mark and read as such. */
      isChosen?: boolean;
      /** Why it cannot be used now. */
      reason?: string;
      run: () => void;
    };

export type MenuAnchor = { x: number; y: number; width?: number; height?: number };
