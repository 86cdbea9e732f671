/** Where rows lie in a long list in which most rows are of one height and some, once seen, turned out taller.
 * It keeps numbers only, never rows. */
export class Heights {
  readonly base: number;
  #extra = new Map<number, number>();
  #sorted: { index: number; before: number; extra: number }[] | null = [];

  constructor(base: number) {
    this.base = base;
  }

  /** Says how high a row is; true if that changed anything. */
  set(index: number, height: number): boolean {
    const extra = height - this.base;
    const known = this.#extra.get(index) ?? 0;
    if (Math.abs(extra - known) < 0.5) return false;
    if (Math.abs(extra) < 0.5) this.#extra.delete(index);
    else this.#extra.set(index, extra);
    this.#sorted = null;
    return true;
  }

  /** Measures the drawn rows of a block, which say their place; true if a height is another than was known. A row that is
   * still a placeholder (`isHere` says so) has no height of its own. */
  measure(block: HTMLElement, isHere: (place: number) => boolean): boolean {
    let isChanged = false;
    for (const element of block.children) {
      if (!(element instanceof HTMLElement)) continue;
      const place = Number(element.dataset.place);
      if (isHere(place) && this.set(place, element.offsetHeight)) isChanged = true;
    }
    return isChanged;
  }

  clear(): void {
    this.#extra.clear();
    this.#sorted = [];
  }

  /** The top of a row; of `total`, the height of the whole. */
  top(index: number): number {
    return index * this.base + this.#extraBefore(index);
  }

  /** The row at a height, for a list of `total` rows. */
  at(y: number, total: number): number {
    let low = 0;
    let high = Math.max(0, total - 1);
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.top(middle) <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #extraBefore(index: number): number {
    const list = this.#list();
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const entry = list[middle];
      if (entry !== undefined && entry.index < index) low = middle + 1;
      else high = middle;
    }
    const last = list[low - 1];
    return last === undefined ? 0 : last.before + last.extra;
  }

  #list(): { index: number; before: number; extra: number }[] {
    if (this.#sorted !== null) return this.#sorted;
    let before = 0;
    this.#sorted = [...this.#extra]
      .sort(([left], [right]) => left - right)
      .map(([index, extra]) => {
        const entry = { index, before, extra };
        before += extra;
        return entry;
      });
    return this.#sorted;
  }
}
