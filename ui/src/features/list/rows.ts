/** The elements of the grid's pool: copies of one model, which is made when the columns are others. To copy a row costs a
 * small part of what it costs to make one, and a list's first frame waits for all of them. */
import { mount, unmount } from 'svelte';

import type { Look } from '../../shared/tiers';
import { RowPainter, type Arrangement, type Checked, type Drawn } from './paint';
import RowModel from './RowModel.svelte';
import type { ShownColumn } from './widths.svelte';

/** What is copied. */
class Models {
  readonly #home: Element;

  constructor(readonly columns: readonly ShownColumn[]) {
    const target = document.createElement('div');
    const model = mount(RowModel, { target, props: { columns } });
    this.#home = target.cloneNode(true) as Element;
    void unmount(model);
  }

  row(): HTMLElement {
    const row = this.#copy('row') as HTMLElement;
    delete row.dataset['model'];
    return row;
  }

  check(how: Checked): Node {
    return this.#copy(how).firstElementChild as Element;
  }

  tier(look: Look): Node {
    return this.#copy(look).firstElementChild as Element;
  }

  #copy(name: string): Element {
    return this.#home.querySelector(`[data-model="${name}"]`)?.cloneNode(true) as Element;
  }
}

export class Rows {
  readonly #made: { readonly element: HTMLElement; readonly painter: RowPainter }[] = [];
  #models: Models | null = null;
  #arrangement: Arrangement | null = null;

  constructor(
    private readonly home: HTMLElement,
    private readonly id: string,
  ) {}

  /** Has so many, drawn so. */
  fit(count: number, arrangement: Arrangement): void {
    // Every scroll asks.
    if (count === this.#made.length && arrangement === this.#arrangement) return;
    this.#arrangement = arrangement;
    if (this.#models?.columns !== arrangement.columns) {
      this.#models = new Models(arrangement.columns);
      this.#keep(0);
    }
    this.#keep(count);
    for (const { painter } of this.#made) painter.arrange(arrangement);
    const rows = [];
    while (this.#made.length < count) {
      const element = this.#models.row();
      element.id = `${this.id}-${String(this.#made.length)}`;
      this.#made.push({ element, painter: new RowPainter(element, this.#models, arrangement) });
      rows.push(element);
    }
    this.home.append(...rows);
  }

  paint(slot: number, drawn: Drawn): void {
    this.#made[slot]?.painter.paint(drawn);
  }

  #keep(count: number): void {
    for (const { element } of this.#made.splice(count)) element.remove();
  }
}
