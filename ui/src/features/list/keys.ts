/** The keys of the grid, for the table behind `?`. The cursor handles them. */
export const gridKeys = [
  { keys: '↑ ↓ PgUp PgDn Home End', does: 'move the current row' },
  { keys: '← →', does: 'scroll sideways' },
  { keys: 'Enter, D', does: 'details of the current row' },
  { keys: 'Space', does: 'mark the current row' },
  { keys: 'Shift+Space', does: 'mark from the last mark to here' },
  { keys: 'Ctrl+A', does: 'mark all that match' },
  { keys: 'Ctrl+\\', does: 'clear marks' },
  { keys: 'Del, Ctrl+D, ⌘⌫', does: 'plan deletion: opens the sheet, deletes nothing' },
  { keys: 'Ctrl+C', does: 'copy the name' },
  { keys: '/', does: 'filter' },
  { keys: 'Menu, Shift+F10', does: 'row menu; on a column head its menu' },
  { keys: '⇧← ⇧→', does: 'on a column head: narrower, wider' },
] as const;
