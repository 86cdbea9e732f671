/** The rows of the list on screen that match what is typed, of which the page holds a part: a view of the same list, as it
 * is filtered, with the words in it. No DOM. */
import type { Backend } from '../../ipc/backend';
import type { WindowRow } from '../../ipc/types';
import type { OpenList } from '../../shared/openList';
import { ViewController } from '../../shared/view/view.svelte';

/** So many rows are looked at; whoever wants more filters the list. */
const MOST = 50;

export class Finding {
  readonly #list: Pick<OpenList, 'source' | 'query'>;
  readonly #view: ViewController;

  constructor(backend: Backend, list: Pick<OpenList, 'source' | 'query'>) {
    this.#list = list;
    this.#view = new ViewController(backend);
    this.#view.show(0, MOST);
  }

  get rows(): readonly WindowRow[] {
    return this.#view.held.rows;
  }

  look(words: readonly string[]): void {
    const { source, query } = this.#list;
    if (source === null || words.length === 0) return;
    const narrowed = { ...query, text: [query.text, ...words].filter((word) => word !== '').join(' ') };
    if (this.#view.askedAt === null) void this.#view.open(source, narrowed);
    else void this.#view.setQuery(narrowed);
  }

  close(): void {
    this.#view.close();
  }
}
