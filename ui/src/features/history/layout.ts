/** How wide the list is: what a receipt's line can hold side by side. */
export type ListWidth = 'wide' | 'middle' | 'small';

const WIDE_PX = 760;
const MIDDLE_PX = 540;

/** From px at a text size of 100 %. */
export function listWidth(px: number): ListWidth {
  return px >= WIDE_PX ? 'wide' : px >= MIDDLE_PX ? 'middle' : 'small';
}
