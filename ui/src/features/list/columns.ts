/** How wide columns are and which of them fit: pure arithmetic in rem (16 px), no DOM. */
import type { Column, WindowRow } from '../../ipc/types';
import { beginning } from '../../shared/text';

const PX = 1 / 16;
export const CHECK_WIDTH = 36 * PX;
export const MENU_WIDTH = 28 * PX;
export const NAME_LEAST = 200 * PX;
/** However long the names are, other columns stay in sight. */
const NAME_MOST_LEAST = 320 * PX;
const NAME_MOST_WHEN_WIDE = 640 * PX;
const LEAST = 44 * PX;
const MOST_FITTED = 480 * PX;
const MOST_BY_CONTENT = 280 * PX;
const PADDING = 24 * PX;
const GLYPH = 20 * PX;
const SORT_ARROW = 16 * PX;

/** ui.md §5, "Default grid columns". */
const BY_ID: Readonly<Record<string, number>> = { ready: 60, restarts: 108, node: 232, ip: 136 };

/** Width of a text in rem; `size` is the size of the type in px. */
export type Measure = (text: string, size: 12 | 13) => number;

/** Good enough where nothing can be measured. */
export const roughly: Measure = (text, size) => text.length * size * 0.56 * PX;

export function isRight(column: Column): boolean {
  return column.kind === 'number' || column.kind === 'age';
}

export interface Width {
  readonly rem: number;
  /** Takes what is left over; never narrower than `rem`. */
  readonly isRest: boolean;
}

/** The width of a column that nobody has dragged. Names are cut last: theirs is what the names in sight need, and the
 * columns after it may be out of sight to the right. */
export function defaultWidth(column: Column, at: number, rows: readonly WindowRow[], measure: Measure): Width {
  if (column.kind === 'name') {
    const content = contentWidth(column, at, rows, measure);
    return { rem: Math.max(NAME_LEAST, Math.min(NAME_MOST_LEAST, content)), isRest: true };
  }
  return { rem: fixedWidth(column, at, rows, measure), isRest: false };
}

function fixedWidth(column: Column, at: number, rows: readonly WindowRow[], measure: Measure): number {
  switch (column.kind) {
    case 'cluster':
      return 176 * PX;
    case 'namespace':
      return 136 * PX;
    case 'status':
      return 168 * PX;
    case 'outcome':
      return 124 * PX;
    case 'age':
      // Some servers print a date.
      return Math.max(64 * PX, Math.min(MOST_BY_CONTENT, contentWidth(column, at, rows, measure)));
    case 'kind':
      return 152 * PX;
    default: {
      const known = BY_ID[column.id.toLowerCase()] ?? BY_ID[column.name.toLowerCase()];
      if (known !== undefined) return known * PX;
      return Math.min(MOST_BY_CONTENT, contentWidth(column, at, rows, measure));
    }
  }
}

/** What a double click on the grip gives: the head and every held cell fit. */
export function fittedWidth(column: Column, at: number, rows: readonly WindowRow[], measure: Measure): number {
  return Math.min(MOST_FITTED, contentWidth(column, at, rows, measure));
}

export function clampWidth(width: number, column: Column): number {
  return Math.max(column.kind === 'name' ? NAME_LEAST / 2 : LEAST, width);
}

function contentWidth(column: Column, at: number, rows: readonly WindowRow[], measure: Measure): number {
  const glyph = column.kind === 'status' || column.kind === 'outcome' || column.kind === 'cluster' ? GLYPH : 0;
  let widest = measure(column.name, 12) + SORT_ARROW;
  for (const row of rows) widest = Math.max(widest, measure(beginning(row.cells[at] ?? ''), 13) + glyph);
  return Math.max(LEAST, Math.ceil((widest + PADDING) / PX) * PX);
}

/** Indexes of the columns that a window of this width (CSS px) shows (ui.md §5). */
export function columnsThatFit(columns: readonly Column[], windowWidth: number): number[] {
  const all = columns.map((_, index) => index);
  if (windowWidth >= 960) return all;
  // Which cluster a row is in is never left out.
  const kinds = windowWidth < 600 ? ['cluster', 'name', 'status'] : ['cluster', 'name', 'status', 'age'];
  const fit = all.filter((index) => kinds.includes(columns[index]?.kind ?? ''));
  return fit.length === 0 ? all : fit;
}

export interface Layout {
  /** The value of `grid-template-columns`, check and menu column included. */
  readonly template: string;
  /** The least width of a row, in rem. */
  readonly least: number;
}

export function layOut(widths: readonly Width[], windowWidth: number): Layout {
  const rem = (width: number): string => `${String(Math.round(width * 1e4) / 1e4)}rem`;
  const isWide = windowWidth >= 1920;
  const hasRest = widths.some((width) => width.isRest);
  const nameMost = isWide ? rem(NAME_MOST_WHEN_WIDE) : '1fr';
  const tracks = widths.map((width) => (width.isRest ? `minmax(${rem(width.rem)}, ${nameMost})` : rem(width.rem)));
  const filler = !hasRest || isWide ? `minmax(${rem(MENU_WIDTH)}, 1fr)` : rem(MENU_WIDTH);
  const least = widths.reduce((sum, width) => sum + width.rem, CHECK_WIDTH + MENU_WIDTH);
  return { template: [rem(CHECK_WIDTH), ...tracks, filler].join(' '), least };
}
