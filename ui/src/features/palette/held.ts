/** The rows that the palette finds while it is open. None of them leaves: one that is no longer in the list says so and
 * can neither be gone to nor planned, so that no other object comes to the place where somebody is about to press. */
import type { WindowRow } from '../../ipc/types';
import { keyOf } from '../../shared/rows';

/** One name for one object; a row without a UID is none, and is told apart by its names alone. */
export function rowKey({ id, kind, namespace, name }: WindowRow): string {
  return id === null ? `without ${kind} ${namespace ?? ''} ${name}` : keyOf(id);
}

/** Those of the beginning as they are now, in their old order, then those that came since. */
export function heldRows(before: readonly WindowRow[], now: readonly WindowRow[]): WindowRow[] {
  const present = new Map(now.map((row) => [rowKey(row), row]));
  const kept = before.map((row) => present.get(rowKey(row)) ?? { ...row, state: 'gone' as const });
  return joined(kept, now);
}

/** These rows, then those of the others that are not among them. */
export function joined(rows: readonly WindowRow[], others: readonly WindowRow[]): WindowRow[] {
  const known = new Set(rows.map(rowKey));
  return [...rows, ...others.filter((row) => !known.has(rowKey(row)))];
}
