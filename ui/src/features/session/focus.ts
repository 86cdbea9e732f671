/** How the panels over a list come by the focus and where it goes after them; whoever draws them says so. */
import { createContext } from 'svelte';

export type PanelFocus = {
  /** Whether the person asked for the panel since this was last asked. */
  takeAsked: () => boolean;
  /** A panel went away with the focus in it. */
  left: () => void;
};

export const [panelFocus, setPanelFocus] = createContext<PanelFocus>();
