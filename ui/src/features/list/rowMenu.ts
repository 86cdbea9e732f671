/** What the menu of one row offers. It acts on the row it was opened for, wherever that row is by now. */
import type { PlanOf, RowId, WindowRow } from '../../ipc/types';
import { copy } from '../../shared/copy';
import type { MenuItem } from '../../shared/menu';
import { isMarkable, whyNotMarkable } from '../../shared/rows';
import { printed } from '../../shared/shortcuts';
import { count } from '../../shared/text';
import type { Cursor } from './cursor.svelte';
import type { ListController } from './list.svelte';

export interface RowActions {
  plan(of: PlanOf, from: RowId | null): void;
  details(row: WindowRow): void;
}

export function rowMenu(row: WindowRow, marks: number, cursor: Cursor, list: ListController, { plan, details }: RowActions): MenuItem[] {
  const why = whyNotMarkable(row);
  const reason = why === null ? {} : { reason: why };
  const { view } = list.view;
  const items: MenuItem[] = [
    { text: 'Details', keys: 'Enter', run: () => details(row) },
    { text: 'Copy name', keys: printed('Ctrl+C'), run: () => void copy(row.name, 'Name') },
    {
      text: row.isMarked ? 'Take the mark off' : 'Mark',
      keys: 'Space',
      ...reason,
      run: () => {
        if (isMarkable(row)) void list.mark({ change: row.isMarked ? 'unmark' : 'mark', rows: [row.id] });
      },
    },
    { separator: true },
    {
      text: 'Plan deletion…',
      icon: 'cut',
      isDanger: true,
      keys: 'Del',
      ...reason,
      run: () => {
        if (isMarkable(row) && view !== null) plan({ of: 'row', view, row: row.id }, row.id);
      },
    },
  ];
  if (row.isMarked && marks > 1) {
    items.push({
      text: `Plan deletion of ${count(marks)} marked…`,
      icon: 'cut',
      isDanger: true,
      run: () => {
        plan({ of: 'marked', part: 'all' }, cursor.id);
      },
    });
  }
  return items;
}
