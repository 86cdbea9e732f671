/** The window's size as the layout sees it: divided by the text size, which is page zoom. `App` feeds it. */
export type WindowSize = 'huge' | 'full' | 'compact' | 'narrow' | 'tiny';

const steps: readonly [WindowSize, number][] = [['huge', 1920], ['full', 1280], ['compact', 960], ['narrow', 600]];

export function sizeOf(width: number): WindowSize {
  return steps.find(([, least]) => width >= least)?.[0] ?? 'tiny';
}

class Viewport {
  #real = $state.raw({ width: 1440, height: 900 });
  #textSize = $state(100);

  /** CSS px at a text size of 100 %. */
  width = $derived((this.#real.width * 100) / this.#textSize);
  height = $derived((this.#real.height * 100) / this.#textSize);
  size: WindowSize = $derived(sizeOf(this.width));
  /** Real CSS px in one rem. */
  rem = $derived((16 * this.#textSize) / 100);

  set(width: number, height: number, textSize: number): void {
    this.#real = { width, height };
    this.#textSize = textSize;
  }
}

export const viewport = new Viewport();
