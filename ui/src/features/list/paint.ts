/** Draws what stands at a place into one element of the pool. The element's parts depend on the columns alone; texts,
 * attributes and classes are set here, and only those that differ from what was drawn before: a frame that scrolls by a
 * row touches one row, and goes through no reactive graph for the others. */
import type { WindowRow } from '../../ipc/types';
import { isMarkable, whyNotMarkable } from '../../shared/rows';
import { beginning, visible } from '../../shared/text';
import type { Look } from '../../shared/tiers';
import { HOURGLASS, stateGlyph, WARNING, type Glyph } from './glyphs';
import type { Tinted } from './tints';
import type { ShownColumn } from './widths.svelte';

export interface Drawn {
  readonly index: number;
  /** Undefined while it is not read yet. */
  readonly row: WindowRow | undefined;
  readonly isCurrent: boolean;
  /** Which of its cells changed just now. */
  readonly tinted: Tinted | undefined;
}

export interface Arrangement {
  readonly columns: readonly ShownColumn[];
  /** In which order a row is read aloud, behind name and namespace. */
  readonly spoken: readonly ShownColumn[];
  readonly tierOf: (row: WindowRow | undefined, name: string) => Look;
}

/** Whether a row is marked, and whether it can be. */
export type Checked = 'off' | 'on' | 'off-disabled' | 'on-disabled';

/** Makes what is put into a row when it is needed. */
export interface Pieces {
  check(how: Checked): Node;
  tier(look: Look): Node;
}

/** The parts of a cell; those that its column has none of are null. */
interface Parts {
  readonly cell: HTMLElement;
  readonly text: Element | null;
  readonly glyph: Element | null;
  readonly path: Element | null;
  readonly going: Element | null;
  readonly tier: Element | null;
}

const ROW_REM = 1.75;

export class RowPainter {
  #drawn: Drawn | null = null;
  readonly #parts: readonly Parts[];
  readonly #check: HTMLElement | null;
  readonly #before = new Map<string, string>();
  #arrangement: Arrangement;

  constructor(
    private readonly element: HTMLElement,
    private readonly pieces: Pieces,
    arrangement: Arrangement,
  ) {
    this.#arrangement = arrangement;
    const cells = [...element.querySelectorAll<HTMLElement>('[data-cell]')];
    this.#check = element.querySelector('[data-part="check"]');
    this.#parts = cells.map((cell) => ({
      cell,
      // A text alone stands in its cell and in no element of its own.
      text: 'text' in cell.dataset ? cell : cell.querySelector('[data-text]'),
      glyph: cell.querySelector('[data-glyph]'),
      path: cell.querySelector('[data-glyph] > path'),
      going: cell.querySelector('[data-going]'),
      tier: cell.querySelector('[data-tier]'),
    }));
  }

  /** What is painted next is painted so. */
  arrange(arrangement: Arrangement): void {
    if (arrangement === this.#arrangement) return;
    this.#arrangement = arrangement;
    this.#drawn = null;
  }

  paint(drawn: Drawn): void {
    const before = this.#drawn;
    this.#drawn = drawn;
    if (before?.index !== drawn.index) this.#place(drawn.index);
    if (before?.isCurrent !== drawn.isCurrent) this.element.classList.toggle('row-current', drawn.isCurrent);
    if (before === null || before.row !== drawn.row || before.tinted !== drawn.tinted) this.#fill(drawn);
  }

  #place(index: number): void {
    this.element.style.setProperty('top', `${String(index * ROW_REM)}rem`);
    this.element.dataset['index'] = String(index);
    this.element.setAttribute('aria-rowindex', String(index + 2));
  }

  #fill({ row, tinted }: Drawn): void {
    const { element } = this;
    const arrangement = this.#arrangement;
    const state = row?.state;
    this.#attribute(element, 'aria-selected', String(row?.isMarked ?? false));
    this.#attribute(element, 'aria-label', row === undefined ? 'Not read yet' : labelOf(row, arrangement.spoken));
    this.#class('row-marked', row?.isMarked ?? false);
    this.#class('row-unmarkable', !isMarkable(row));
    this.#class('row-stale', state === 'stale');
    this.#class('row-gone', state === 'gone');
    this.#class('row-going', state === 'terminating');
    this.#class('row-waiting', row === undefined);
    if (this.#check !== null) {
      this.#attribute(this.#check, 'title', row === undefined ? null : whyNotMarkable(row));
      this.#box(this.#check, `${row?.isMarked === true ? 'on' : 'off'}${isMarkable(row) ? '' : '-disabled'}`);
    }
    const going = goingWords(row);
    arrangement.columns.forEach(({ at, column: { kind } }, place) => {
      const parts = this.#parts[place];
      if (parts === undefined) return;
      const text = row === undefined ? '' : textOf(row, at, kind, going);
      this.#text(parts.text, `text${String(place)}`, text);
      this.#text(parts.going, 'going', going);
      if (parts.glyph !== null && parts.path !== null) this.#glyph(place, parts.glyph, parts.path, parts.cell, glyphOf(row, at), state === 'stale' || state === 'gone');
      if (parts.tier !== null) this.#tier(parts.tier, arrangement.tierOf(row, row?.cells[at] ?? ''));
      const tint = tinted?.get(at);
      this.#class('cell-fresh', tint === 1, parts.cell, place);
      this.#class('cell-fresh-again', tint === 2, parts.cell, place);
    });
  }

  #glyph(place: number, glyph: Element, path: Element, cell: Element, drawn: Glyph | null, isQuiet: boolean): void {
    const tone = drawn === null ? 'none' : isQuiet ? 'quiet' : drawn.tone;
    const was = this.#changed(`tone${String(place)}`, tone);
    if (was !== null) {
      cell.classList.remove(`state-${was}`);
      cell.classList.add(`state-${tone}`);
    }
    const stroke = drawn?.stroke ?? 'line';
    const stroked = this.#changed(`stroke${String(place)}`, stroke);
    if (stroked !== null) {
      glyph.classList.remove(`stroke-${stroked}`);
      glyph.classList.add(`stroke-${stroke}`);
    }
    if (this.#changed(`path${String(place)}`, drawn?.path ?? '') !== null) path.setAttribute('d', drawn?.path ?? '');
  }

  #box(element: Element, how: Checked): void {
    if (this.#changed('check', how) !== null) element.replaceChildren(this.pieces.check(how));
  }

  #tier(element: Element, look: Look): void {
    if (this.#changed('tier', look) !== null) element.replaceChildren(this.pieces.tier(look));
  }

  /** The element has nothing but its text: one that is there is changed, so that nothing is made. */
  #text(element: Element | null, key: string, text: string): void {
    if (element === null || this.#changed(key, text) === null) return;
    if (element.firstChild instanceof Text) element.firstChild.data = text;
    else element.textContent = text;
  }

  #attribute(element: HTMLElement, name: string, value: string | null): void {
    if (this.#changed(name, value ?? '') === null) return;
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  }

  #class(name: string, isOn: boolean, element: Element = this.element, place = -1): void {
    const key = place < 0 ? name : `${name}${String(place)}`;
    if (this.#changed(key, isOn ? 'on' : '') !== null) element.classList.toggle(name, isOn);
  }

  /** What was drawn before, where that was something else. */
  #changed(key: string, value: string): string | null {
    const before = this.#before.get(key) ?? '';
    if (before === value) return null;
    this.#before.set(key, value);
    return before;
  }
}

/** How long its grace is over, where it is. */
function goingWords(row: WindowRow | undefined): string {
  return row?.state === 'terminating' && row.note !== null ? visible(row.note) : '';
}

/** Name, namespace, state, then the rest. */
function labelOf(row: WindowRow, spoken: readonly ShownColumn[]): string {
  const name = beginning(row.name);
  let text = row.namespace === null ? name : `${name}, ${row.namespace}`;
  if (row.state === 'gone') text += ', no longer there';
  for (const { at, column } of spoken) {
    const cell = beginning(row.cells[at] ?? '');
    if (cell !== '') text += column.kind === 'status' ? `, ${cell}` : `, ${column.name} ${cell}`;
  }
  if (row.state === 'terminating' && row.note !== null) text += `, ${row.note}`;
  const why = row.state === 'gone' ? null : whyNotMarkable(row);
  return visible(why === null ? text : `${text}, ${why}`);
}

function textOf(row: WindowRow, at: number, kind: ShownColumn['column']['kind'], going: string): string {
  const text = row.cells[at];
  if (text === undefined) return '';
  if (kind === 'name' && text === '') return '(no name)';
  if (kind === 'status' && row.state === 'incomplete') return 'incomplete, no UID';
  if (kind === 'status' && going.startsWith(text)) return going;
  return visible(beginning(text));
}

function glyphOf(row: WindowRow | undefined, at: number): Glyph | null {
  const text = row?.cells[at];
  if (row === undefined || text === undefined) return null;
  if (row.state === 'incomplete') return WARNING;
  return row.state === 'terminating' ? HOURGLASS : stateGlyph(text);
}
