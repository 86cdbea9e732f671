/** What a person arranged for lists, kept for this run only: widths by kind, namespaces by cluster. */
import type { KindRef } from '../../ipc/bindings/KindRef';
import type { NamespaceScope } from '../../ipc/bindings/NamespaceScope';
import type { ViewQuery } from '../../ipc/bindings/ViewQuery';

export function kindKey(kind: KindRef): string {
  return `${kind.group}/${kind.version}/${kind.plural}`;
}

export class ListMemory {
  readonly #widths = new Map<string, Map<string, number>>();
  readonly #scopes = new Map<string, NamespaceScope>();
  readonly #queries = new Map<string, Omit<ViewQuery, 'text'>>();

  /** Widths in rem, by column id. */
  widthsOf(kind: KindRef): Map<string, number> {
    const key = kindKey(kind);
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    const fresh = new Map<string, number>();
    this.#widths.set(key, fresh);
    return fresh;
  }

  scopeOf(cluster: string): NamespaceScope {
    return this.#scopes.get(cluster) ?? { scope: 'all' };
  }

  setScope(cluster: string, scope: NamespaceScope): void {
    this.#scopes.set(cluster, scope);
  }

  /** Order and wide columns of a kind. The text is not kept: a filter left behind hides rows. */
  queryOf(kind: KindRef): Omit<ViewQuery, 'text'> {
    return this.#queries.get(kindKey(kind)) ?? { sort: null, isWide: false };
  }

  setQuery(kind: KindRef, query: ViewQuery): void {
    this.#queries.set(kindKey(kind), { sort: query.sort, isWide: query.isWide });
  }
}
