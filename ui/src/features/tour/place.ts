/** Where the card stands: by what it points at, and over nothing of it. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

type Corner = { x: number; y: number };

const gap = 12;
const margin = 8;
const rail = 80;

/** The corner at which a card of this size stands by the target, inside the window; null where it has no room by it. */
export function beside(target: Box, card: Size, window: Size): Corner | null {
  const x = within(target.x + target.width - card.width, card.width, window.width);
  const under = { x, y: target.y + target.height + gap };
  const over = { x, y: target.y - gap - card.height };
  const { right, left } = sides(target, target, card, window);
  return [right, under, over, left].find((place) => fits(place, card, window)) ?? null;
}

/** The same at a side of the sheet or the panel that the target is in, off it. */
export function off(frame: Box, target: Box, card: Size, window: Size): Corner | null {
  const { right, left } = sides(frame, target, card, window);
  const x = within(target.x + target.width - card.width, card.width, window.width);
  const under = { x, y: frame.y + frame.height + gap };
  return [right, left, under].find((place) => fits(place, card, window)) ?? null;
}

/** Where there is no room off a sheet: low at its left, over its buttons, which stand on the floor, and over none of them. */
export function inside(sheet: Box, floor: number, card: Size): Corner {
  return { x: Math.max(margin, sheet.x + gap), y: Math.max(margin, floor - gap - card.height) };
}

function sides(of: Box, target: Box, card: Size, window: Size): { right: Corner; left: Corner } {
  const y = within(target.y, card.height, window.height);
  return { right: { x: of.x + of.width + gap, y }, left: { x: of.x - gap - card.width, y } };
}

function within(at: number, size: number, all: number): number {
  return Math.max(margin, Math.min(at, all - size - margin));
}

function fits({ x, y }: Corner, card: Size, window: Size): boolean {
  return x >= margin && y >= margin && x + card.width <= window.width - margin && y + card.height <= window.height - margin;
}

/** Without a target, or without room by it: low at the left, off the rail and off the corner where messages come. */
export function corner(card: Size, window: Size): Corner {
  return { x: Math.max(margin, Math.min(rail + gap, window.width - card.width - margin)), y: Math.max(margin, window.height - card.height - 2 * gap - margin) };
}
