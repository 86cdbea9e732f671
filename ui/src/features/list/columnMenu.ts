/** What the menu of a column's head offers. */
import type { Column } from '../../ipc/types';
import type { MenuItem } from '../../shared/menu';
import { visible } from '../../shared/text';
import { isKept, labelOf } from './choice';
import type { ListController } from './list.svelte';
import type { ShownColumn, Widths } from './widths.svelte';

const MOST_SHOWN = 12;

export interface ColumnActions {
  /** Opens the columns panel: at the label field, or as it is. */
  panel(at: 'label' | 'columns'): void;
}

export function columnMenu(shown: ShownColumn, list: ListController, widths: Widths, { panel }: ColumnActions): MenuItem[] {
  const { column } = shown;
  const { sort, isWide } = list.view.query;
  const hidden = list.view.hiddenColumns;
  const order = (direction: 'ascending' | 'descending', text: string): MenuItem => ({
    text,
    isChosen: sort?.column === column.id && sort.direction === direction,
    run: () => list.sort({ column: column.id, direction }),
  });
  return [
    order('ascending', 'Smallest first'),
    order('descending', 'Largest first'),
    { separator: true },
    {
      text: labelOf(column) === null ? 'Hide this column' : 'Remove this label',
      ...(isKept(column) ? { reason: 'it is always shown' } : {}),
      run: () => list.toggleColumn(column),
    },
    { text: 'Fit to what is in it', run: () => widths.fit(shown) },
    { separator: true },
    ...(hidden.length > 0 ? [{ text: 'Show', items: showItems(hidden, list, panel) }] : []),
    { text: 'All wide columns', isOn: isWide, run: () => list.setWide(!isWide) },
    { text: 'Add a label as a column…', run: () => panel('label') },
    { text: 'Columns and order…', run: () => panel('columns') },
    { separator: true },
    {
      text: 'Reset columns',
      ...(list.isArranged ? {} : { reason: 'they are as the server has them' }),
      run: () => {
        list.resetColumns();
        widths.reset();
      },
    },
  ];
}

function showItems(hidden: readonly Column[], list: ListController, panel: ColumnActions['panel']): MenuItem[] {
  const items: MenuItem[] = hidden.slice(0, MOST_SHOWN).map((column) => ({ text: visible(column.name), run: () => list.toggleColumn(column) }));
  if (hidden.length > MOST_SHOWN) items.push({ text: `${String(hidden.length - MOST_SHOWN)} more…`, run: () => panel('columns') });
  return items;
}
