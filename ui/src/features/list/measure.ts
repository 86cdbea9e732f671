/** How wide a text is in the window's own font, for column widths. */
import { roughly, type Measure } from './columns';

export function measurer(): Measure {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return roughly;
  const family = getComputedStyle(document.documentElement).getPropertyValue('--font-ui') || 'sans-serif';
  return (text, size) => {
    context.font = `${String(size)}px ${family}`;
    return context.measureText(text).width / 16;
  };
}
