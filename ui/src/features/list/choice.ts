/** Which columns are printed, as a person changes it. Pure. */
import type { Column, ColumnChoice, ListLook } from '../../ipc/types';

const LABEL = 'label:';
const MOST_LABELS = 20;
const KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;

/** What says which object a row is stays: its name, and in a list of several its cluster. */
export function isKept({ kind }: Column): boolean {
  return kind === 'name' || kind === 'cluster';
}

type Chosen = Pick<ListLook, 'columns' | 'isWide'>;

/** The label that a column shows; null for the server's own. */
export function labelOf({ id }: Column): string | null {
  return id.startsWith(LABEL) ? id.slice(LABEL.length) : null;
}

/** Prints a column that is not, and does not print one that is. */
export function toggled({ columns, isWide }: Chosen, column: Column, isPrinted: boolean): ColumnChoice {
  const label = labelOf(column);
  if (label !== null) return { ...columns, labels: columns.labels.filter((key) => key !== label) };
  const hidden = columns.hidden.filter((id) => id !== column.id);
  const shown = columns.shown.filter((id) => id !== column.id);
  if (isPrinted) return { ...columns, shown, hidden: column.isWide && !isWide ? hidden : [...hidden, column.id] };
  return { ...columns, hidden, shown: column.isWide && !isWide ? [...shown, column.id] : shown };
}

/** Why a label can be no column, in a sentence; null where it can. */
export function whyNoLabel({ labels }: ColumnChoice, key: string): string | null {
  if (!KEY.test(key)) return 'This is no key of a label, such as app or app.kubernetes.io/name.';
  if (labels.includes(key)) return 'This label is a column already.';
  return labels.length < MOST_LABELS ? null : `No more than ${String(MOST_LABELS)} labels can be columns.`;
}
