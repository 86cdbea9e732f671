/** What the rail's plus offers. */
import type { MenuItem } from '../shared/menu';
import type { Controller } from './controller.svelte';

export function addMenu(controller: Controller): MenuItem[] {
  const practise: MenuItem = { text: 'Open the practice clusters', tier: 'practice', run: () => void controller.openPractice() };
  const isPractising = controller.catalogue?.isPractising ?? false;
  return [{ text: 'Add clusters…', icon: 'plus', run: () => controller.adding.open() }, ...(isPractising ? [] : [practise])];
}
