/** What may be done with a row, and whether two rows are one object. */
import type { RowId, WindowRow } from '../ipc/types';

export function isSame(left: RowId | null | undefined, right: RowId | null | undefined): boolean {
  if (left == null || right == null) return false;
  return left.cluster === right.cluster && left.uid === right.uid;
}

export function keyOf(id: RowId): string {
  return `${id.cluster} ${id.uid}`;
}

/** Whether it can be marked, and planned for deletion. */
export function isMarkable(row: WindowRow | undefined): row is WindowRow & { id: RowId } {
  return row !== undefined && row.id !== null && (row.state === 'live' || row.state === 'terminating');
}

/** Why not, for the description of the disabled check. */
export function whyNotMarkable(row: WindowRow): string | null {
  if (row.state === 'awaited') return 'its UID is still being read';
  if (row.id === null || row.state === 'incomplete') return 'incomplete, no UID';
  if (row.state === 'stale') return 'not live: shown as of an earlier time';
  if (row.state === 'gone') return 'no longer at its place in this list';
  return null;
}
