/** Moves a tile inside its group by the pointer. Pointer events and not the browser's own dragging, which the host has for
 * files that are dropped on the window. */

/** A press that moves less is a click. */
const LEAST = 6;
/** So near to an end of the rail it scrolls, by so much for each move. */
const EDGE = 32;
const SCROLL = 12;

export class TileDrag {
  /** The cluster that is being moved. */
  moving: string | null = $state(null);
  /** The tile before which it would stand, or the one after which. */
  before: string | null = $state(null);
  after: string | null = $state(null);
  #pressed: { tile: HTMLElement; y: number } | null = null;
  #wasMoved = false;

  constructor(private readonly onmove: (id: string, before: string | null) => void) {}

  begin(event: PointerEvent): void {
    this.#wasMoved = false;
    // A finger scrolls.
    if (event.button !== 0 || event.pointerType === 'touch' || !(event.target instanceof Element)) return;
    const tile = event.target.closest<HTMLElement>('[data-cluster]');
    if (tile) this.#pressed = { tile, y: event.clientY };
  }

  moved(event: PointerEvent): void {
    if (this.#pressed === null) return;
    const { tile, y } = this.#pressed;
    if (this.moving === null && Math.abs(event.clientY - y) < LEAST) return;
    this.moving = tile.dataset['cluster'] ?? null;
    this.#scroll(tile, event.clientY);
    const tiles = [...(tile.parentElement?.querySelectorAll<HTMLElement>(':scope > [data-cluster]') ?? [])];
    const next = tiles.find((one) => middleOf(one) > event.clientY);
    // Where it stands already it would not be moved.
    const isHere = next === tile || tiles[tiles.indexOf(tile) + 1] === next;
    this.before = isHere ? null : (next?.dataset['cluster'] ?? null);
    this.after = isHere || next !== undefined ? null : (tiles.at(-1)?.dataset['cluster'] ?? null);
  }

  end(): void {
    const { moving, before, after } = this;
    this.cancel();
    this.#wasMoved = moving !== null;
    if (moving !== null && (before !== null || after !== null)) this.onmove(moving, before);
  }

  cancel(): void {
    this.#pressed = null;
    this.moving = null;
    this.before = null;
    this.after = null;
  }

  escape(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || this.moving === null) return;
    event.preventDefault();
    event.stopPropagation();
    this.cancel();
    this.#wasMoved = true;
  }

  /** Letting go of a tile is no click on it. */
  click(event: MouseEvent): void {
    if (!this.#wasMoved) return;
    this.#wasMoved = false;
    event.preventDefault();
    event.stopPropagation();
  }

  #scroll(tile: HTMLElement, y: number): void {
    const rail = tile.closest('.tiles');
    if (rail === null) return;
    const { top, bottom } = rail.getBoundingClientRect();
    if (y < top + EDGE) rail.scrollTop -= SCROLL;
    else if (y > bottom - EDGE) rail.scrollTop += SCROLL;
  }
}

function middleOf(element: HTMLElement): number {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
}
