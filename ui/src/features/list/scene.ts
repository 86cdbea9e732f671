/** A list over a scripted backend, for the tests of this folder. Never imported by the page. */
import { vi } from 'vitest';

import type { ClusterSummary, KindSummary, SelectionSummary, WindowRow } from '../../ipc/types';
import { Looks } from '../../shared/looks.svelte';
import { scripted, settle } from '../../shared/view/scripted';
import { Cursor, type Keys } from './cursor.svelte';
import { ListController } from './list.svelte';

export const cluster = { id: 'c1', name: 'shop-dev', tier: 'development', user: 'dev', clockOffset: 0 } as ClusterSummary;

export const podKind: KindSummary = {
  kind: { group: '', version: 'v1', plural: 'pods' },
  name: 'Pod',
  scope: 'namespaced',
  singular: 'pod',
  shortNames: [],
  categories: [],
  isListable: true,
  isDeletable: true,
  isCustom: false,
};

export function keys(key: string, more: Partial<Keys> = {}): Keys {
  return { key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more };
}

export async function scene(rows: WindowRow[]) {
  const script = scripted(rows);
  const looks = new Looks(script.backend);
  const list = new ListController(script.backend, looks);
  const marks: SelectionSummary = { total: 0, kinds: [], clusters: [] };
  const actions = {
    plan: vi.fn(),
    planMarked: vi.fn(),
    clearMarks: vi.fn(),
    focusFilter: vi.fn(),
    openMenu: vi.fn(),
    details: vi.fn(),
    went: vi.fn(),
    copy: vi.fn(),
    sideways: vi.fn(),
    reveal: vi.fn(),
    marks: () => marks,
  };
  const cursor = new Cursor(list, actions);
  list.onrows = () => {
    cursor.follow();
  };
  list.show(0, 20);
  list.open({ clusters: [cluster], kind: podKind, scope: { scope: 'all' } });
  await settle();
  const changes = () => script.calls.selectionChange.mock.calls.map((call) => (call as unknown[])[1]);
  return { script, looks, list, cursor, actions, marks, changes };
}

export function idOf(name: string) {
  return { cluster: 'c1', uid: `uid-${name}` };
}
