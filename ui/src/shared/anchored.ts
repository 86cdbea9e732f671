/** Places an element by an anchor and inside the window, through the CSSOM. Below the anchor if there is room; a second
 * level of a menu stands beside it. */
import type { MenuAnchor } from './menu';

const gap = 4;
const margin = 8;

export function anchored(anchor: MenuAnchor): (element: HTMLElement) => void {
  return (element) => {
    const { width, height } = element.getBoundingClientRect();
    const { top, left } = anchor.side ? beside(anchor, width, height) : under(anchor, width, height);
    element.style.setProperty('top', `${String(Math.max(margin, top))}px`);
    element.style.setProperty('left', `${String(Math.max(margin, left))}px`);
    element.style.setProperty('max-height', `${String(window.innerHeight - 2 * margin)}px`);
  };
}

type Corner = { top: number; left: number };

function under(anchor: MenuAnchor, width: number, height: number): Corner {
  const below = anchor.y + (anchor.height ?? 0) + gap;
  const fitsBelow = below + height <= window.innerHeight - margin;
  const above = anchor.y - gap - height;
  const top = fitsBelow || above < margin ? Math.min(below, window.innerHeight - height - margin) : above;
  return { top, left: Math.min(anchor.x, window.innerWidth - width - margin) };
}

function beside(anchor: MenuAnchor, width: number, height: number): Corner {
  const right = anchor.x + (anchor.width ?? 0);
  const fitsRight = right + width <= window.innerWidth - margin;
  // What it was opened from stays to be seen where there is room for that on either side.
  const isBefore = !fitsRight && anchor.x - width >= margin;
  const left = isBefore ? anchor.x - width : Math.min(right, window.innerWidth - width - margin);
  return { top: Math.min(anchor.y - gap, window.innerHeight - height - margin), left };
}
