/** Places an element by an anchor and inside the window, through the CSSOM. Below the anchor if there is room. */
import type { MenuAnchor } from './menu';

const gap = 4;
const margin = 8;

export function anchored(anchor: MenuAnchor): (element: HTMLElement) => void {
  return (element) => {
    const { width, height } = element.getBoundingClientRect();
    const below = anchor.y + (anchor.height ?? 0) + gap;
    const fitsBelow = below + height <= window.innerHeight - margin;
    const above = anchor.y - gap - height;
    const top = fitsBelow || above < margin ? Math.min(below, window.innerHeight - height - margin) : above;
    const left = Math.min(anchor.x, window.innerWidth - width - margin);
    element.style.setProperty('top', `${String(Math.max(margin, top))}px`);
    element.style.setProperty('left', `${String(Math.max(margin, left))}px`);
    element.style.setProperty('max-height', `${String(window.innerHeight - 2 * margin)}px`);
  };
}
