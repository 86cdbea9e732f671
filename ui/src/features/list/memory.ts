/** What a person arranged for lists, by kind, kept for this run only. */
import type { KindRef, ViewQuery, Warning } from '../../ipc/types';
import { NO_QUERY } from '../../shared/view/view.svelte';

export function kindKey(kind: KindRef): string {
  return `${kind.group}/${kind.version}/${kind.plural}`;
}

export class ListMemory {
  readonly #widths = new Map<string, Map<string, number>>();
  readonly #queries = new Map<string, Pick<ViewQuery, 'sort' | 'isWide' | 'columns'>>();
  /** Warnings of servers that were read, each with its kind. */
  readonly #away = new Set<string>();

  /** Widths in rem, by column id. */
  widthsOf(kind: KindRef): Map<string, number> {
    const key = kindKey(kind);
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    const fresh = new Map<string, number>();
    this.#widths.set(key, fresh);
    return fresh;
  }

  /** Order and wide columns. The text is not kept: a filter that was left behind hides rows. */
  queryOf(kind: KindRef): ViewQuery {
    return { ...NO_QUERY, ...this.#queries.get(kindKey(kind)) };
  }

  setQuery(kind: KindRef, query: ViewQuery): void {
    this.#queries.set(kindKey(kind), { sort: query.sort, isWide: query.isWide, columns: query.columns });
  }

  putAway(kind: KindRef, warnings: readonly Warning[]): void {
    for (const warning of warnings) this.#away.add(warningKey(kind, warning));
  }

  isPutAway(kind: KindRef, warning: Warning): boolean {
    return this.#away.has(warningKey(kind, warning));
  }
}

function warningKey(kind: KindRef, { cluster, text }: Warning): string {
  return JSON.stringify([cluster, kindKey(kind), text]);
}
