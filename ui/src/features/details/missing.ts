/** Where a row is that is not among the rows that were read. The page holds a few screens of a list, so that "not
 * held" alone says nothing: gone is said only of what would have to be among them. */
import type { Liveness, NamespaceScope, SortBy, ViewWindow, WindowRow } from '../../ipc/types';
import { isSame } from '../../shared/rows';

/** `left`: gone, or no longer matched by the filter. `outside`: its namespace is not listed. `unseen`: somewhere else in
 * the list, as far as is known. */
export type Missing = 'gone' | 'replaced' | 'left' | 'outside' | 'unseen';

export interface Order {
  readonly sort: SortBy | null;
  readonly scope: NamespaceScope;
}

type Of = Pick<ViewWindow, 'columns' | 'parts'>;

/** Whether a row is of the object; by its name only where that has no UID. */
export function isRowOf(row: WindowRow, of: WindowRow, window: Of): boolean {
  return of.id === null ? isNamesake(row, of, window) : isSame(row.id, of.id);
}

export function whyMissing(of: WindowRow, window: ViewWindow, { sort, scope }: Order): Missing {
  const { rows, hint } = window;
  if (rows.some((row) => row.id !== null && isNamesake(row, of, window))) return 'replaced';
  if (scope.scope === 'only' && of.namespace !== null && !scope.names.includes(of.namespace)) return 'outside';
  const { phase } = livenessOf(of, window);
  // A list that is still being read, or is no longer live, does not know.
  if (phase !== 'live' && phase !== 'settled') return 'unseen';
  if (!isWhole(window) && !isAmong(of, window, sort)) return 'unseen';
  return hint.total === hint.unfiltered ? 'gone' : 'left';
}

/** How live the rows of the object's cluster are. */
export function livenessOf({ id }: WindowRow, { hint, parts }: Pick<ViewWindow, 'hint' | 'parts'>): Liveness {
  return parts.find(({ cluster }) => cluster === id?.cluster)?.liveness ?? hint.liveness;
}

function isNamesake(row: WindowRow, of: WindowRow, window: Of): boolean {
  return row.name === of.name && row.namespace === of.namespace && row.kind === of.kind && isInSameCluster(row, of, window);
}

/** A row without a UID names its cluster in its first cell alone, where the list is of several. */
function isInSameCluster(row: WindowRow, of: WindowRow, { columns, parts }: Of): boolean {
  if (row.id !== null && of.id !== null) return row.id.cluster === of.id.cluster;
  return parts.length <= 1 || (columns[0]?.kind === 'cluster' && row.cells[0] === of.cells[0]);
}

function isWhole({ start, rows, hint }: ViewWindow): boolean {
  return start === 0 && rows.length >= hint.total;
}

/** Whether its place lies within these rows. That is known in one server's own order alone, namespace and name, which no
 * change of an object changes. */
function isAmong(of: WindowRow, { start, rows, hint, parts }: ViewWindow, sort: SortBy | null): boolean {
  if (sort !== null || parts.length > 1) return false;
  const places = rows.map(placeOf);
  const isInOrder = places.every((place, at) => at === 0 || (places[at - 1] ?? '') <= place);
  const place = placeOf(of);
  const isAfterFirst = start === 0 || (places[0] ?? place) < place;
  const isBeforeLast = start + rows.length >= hint.total || place < (places.at(-1) ?? place);
  return isInOrder && isAfterFirst && isBeforeLast;
}

/** As the server's store has its keys: what is in `shop-eu` comes before what is in `shop`. */
function placeOf({ namespace, name }: WindowRow): string {
  return namespace === null ? name : `${namespace}/${name}`;
}
