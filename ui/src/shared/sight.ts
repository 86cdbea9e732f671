/** What a list tells of its rows to the panel beside it, which knows no list. */
import type { ApiError, ClusterSummary, KindSummary, NamespaceScope, SortBy, ViewHint, ViewPart, ViewWindow, WindowRow } from '../ipc/types';

export interface Sight {
  /** Null before the first list. */
  readonly source: { readonly clusters: readonly ClusterSummary[]; readonly kind: KindSummary; readonly scope: NamespaceScope } | null;
  /** The view that is open; null while there is none. */
  readonly view: string | null;
  readonly hint: ViewHint | null;
  readonly parts: readonly ViewPart[];
  /** Why there is no view. */
  readonly error: ApiError | null;
}

export interface RowWatcher {
  /** The person asked for the details of a row; null for one that is not read yet. */
  open(row: WindowRow | null): void;
  /** The person went to another row; again null while it is not read. */
  follow(row: WindowRow | null): void;
  /** The list starts again: it has no current row. */
  reset(): void;
  /** Which list it is, and how live. */
  saw(sight: Sight): void;
  /** Rows came, in this order. */
  took(window: ViewWindow, sort: SortBy | null): void;
}
