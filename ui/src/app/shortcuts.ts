/** The keys of the window as a whole. Features add their own. */
import { shortcuts } from '../shared/shortcuts';
import type { Controller } from './controller.svelte';
import { moveRegion } from './regions';

export type Shows = {
  keyboard: () => void;
  settings: () => void;
  /** With this typed. */
  palette: (text: string) => void;
};

export function windowShortcuts(controller: Controller, show: Shows): () => void {
  const { preferences, jobs } = controller;
  const removers = [
    shortcuts.add({ keys: 'Ctrl+K', does: 'find and open: clusters, kinds, namespaces, objects, actions', run: () => show.palette('') }),
    shortcuts.add({ keys: ':', does: 'find a kind', run: () => show.palette(':') }),
    shortcuts.add({ keys: 'Ctrl+J', does: 'jobs', run: () => jobs.toggle() }),
    shortcuts.add({ keys: 'Ctrl+Shift+R', does: 'receipts', run: () => controller.toggleReceipts() }),
    shortcuts.add({ keys: 'Ctrl+R', does: 'read this list again', run: () => controller.readAgain() }),
    shortcuts.add({ keys: 'Ctrl+,', does: 'settings', run: show.settings }),
    shortcuts.add({ keys: 'F6', does: 'next region', run: () => moveRegion(document, document.activeElement, 1) }),
    shortcuts.add({ keys: 'Shift+F6', does: 'previous region', run: () => moveRegion(document, document.activeElement, -1) }),
    shortcuts.add({ keys: 'Ctrl++', does: 'larger text', run: () => preferences.stepTextSize(1) }),
    shortcuts.add({ keys: 'Ctrl+=', does: '', run: () => preferences.stepTextSize(1) }),
    shortcuts.add({ keys: 'Ctrl+-', does: 'smaller text', run: () => preferences.stepTextSize(-1) }),
    shortcuts.add({ keys: 'Ctrl+0', does: 'text size 100 %', run: () => preferences.chooseTextSize(100) }),
    shortcuts.add({ keys: 'Escape', does: 'close the panel, the menu; in a sheet Cancel', run: () => controller.escape() }),
    shortcuts.add({ keys: '?', does: 'this table', run: show.keyboard }),
    shortcuts.describe([
      { keys: '*', does: 'in the kind list: a favourite, or no longer' },
      { keys: 'Alt+↑', does: 'in the rail: move the cluster up' },
      { keys: 'Alt+↓', does: 'in the rail: move the cluster down' },
    ]),
  ];
  return () => removers.forEach((remove) => remove());
}
