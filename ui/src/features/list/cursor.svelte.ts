/** The current row, and what keys and clicks do with it. It acts on the `RowId` that was at the place when the hand
 * went down, never on whatever stands there later. */
import type { RowId, SelectionSummary, WindowRow } from '../../ipc/types';
import { isMarkable, isSame } from '../../shared/rows';
import type { ListController } from './list.svelte';

export interface Keys {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

export type Part = 'row' | 'check' | 'menu';

export interface CursorActions {
  /** Opens the sheet for one row. */
  plan(id: RowId): void;
  /** Opens the sheet for everything marked. */
  planMarked(): void;
  clearMarks(): void;
  focusFilter(): void;
  openMenu(index: number, row: WindowRow): void;
  /** Opens the details; null where the row is not read yet. */
  details(row: WindowRow | null): void;
  /** The person went to a row; it is told again when one that was not read is here. */
  went(row: WindowRow | null): void;
  copy(text: string): void;
  sideways(direction: -1 | 1): void;
  /** Brings a place into view. */
  reveal(index: number): void;
  marks(): SelectionSummary;
}

export class Cursor {
  /** -1 while there is no current row. */
  index = $state(-1);
  id = $state.raw<RowId | null>(null);

  readonly #list: ListController;
  readonly #actions: CursorActions;
  #anchor: { index: number; id: RowId } | null = null;
  #pressed: { index: number; id: RowId | null } | null = null;
  #isUnread = false;

  constructor(list: ListController, actions: CursorActions) {
    this.#list = list;
    this.#actions = actions;
  }

  /** Rows as drawn changed: the current row follows its object, or stays at its place. */
  follow(): void {
    if (this.index < 0) return;
    const { shown, shownTotal } = this.#list;
    const found = shown.rows.findIndex((row) => isSame(row.id, this.id));
    if (found >= 0) this.index = shown.start + found;
    else if (shownTotal === 0) return;
    else {
      this.index = Math.min(this.index, shownTotal - 1);
      const here = this.#list.rowAt(this.index);
      if (here === undefined) return;
      this.id = here.id;
      if (this.#isUnread) this.#actions.went(here);
      this.#isUnread = false;
    }
  }

  reset(): void {
    this.index = -1;
    this.id = null;
    this.#anchor = null;
    this.#pressed = null;
    this.#isUnread = false;
  }

  /** The grid took the focus. */
  entered(): void {
    if (this.index < 0 && this.#list.shownTotal > 0) this.#goTo(0);
  }

  /** Makes an object the current one if it is held; says whether it is. */
  find(id: RowId): boolean {
    const found = this.#list.shown.rows.findIndex((row) => isSame(row.id, id));
    if (found >= 0) this.#goTo(this.#list.shown.start + found);
    return found >= 0;
  }

  /** The pointer went down. */
  press(index: number): void {
    const row = this.#list.rowAt(index);
    this.#pressed = row === undefined ? null : { index, id: row.id };
  }

  /** The pointer was let go: nothing happens if another row has come to the place. */
  release(index: number, part: Part, keys: Keys): boolean {
    const pressed = this.#pressed;
    this.#pressed = null;
    const row = this.#list.rowAt(index);
    if (pressed === null || pressed.index !== index || row === undefined) return false;
    if (row.id === null ? pressed.id !== null : !isSame(row.id, pressed.id)) return false;

    if (part === 'menu') {
      this.#set(index, row);
      this.#actions.openMenu(index, row);
    } else if (keys.shiftKey) this.#markTo(index, row);
    else if (part === 'check' || keys.ctrlKey || keys.metaKey) this.#toggle(index, row);
    this.#set(index, row);
    return true;
  }

  /** Pressed twice: the row that the first press made the current one. */
  open(index: number): void {
    const row = this.#list.rowAt(index);
    if (row === undefined || index !== this.index) return;
    if (row.id === null ? this.id === null : isSame(row.id, this.id)) this.#actions.details(row);
  }

  /** The menu of the row at a place, by the right button. */
  menuAt(index: number): void {
    const row = this.#list.rowAt(index);
    if (row === undefined) return;
    this.#set(index, row);
    this.#actions.openMenu(index, row);
  }

  /** True if the key meant something here. */
  key(keys: Keys): boolean {
    if (keys.altKey) return false;
    const isCtrl = keys.ctrlKey || keys.metaKey;
    return isCtrl ? this.#withCtrl(keys) : this.#plain(keys);
  }

  #plain(keys: Keys): boolean {
    const page = Math.max(1, this.#list.pageRows - 1);
    const last = this.#list.shownTotal - 1;
    switch (keys.key) {
      case 'ArrowDown':
        return this.#move(this.index < 0 ? 0 : this.index + 1);
      case 'ArrowUp':
        return this.#move(this.index < 0 ? 0 : this.index - 1);
      case 'PageDown':
        return this.#move(Math.max(0, this.index) + page);
      case 'PageUp':
        return this.#move(this.index - page);
      case 'Home':
        return this.#move(0);
      case 'End':
        return this.#move(last);
      case 'ArrowLeft':
        this.#actions.sideways(-1);
        return true;
      case 'ArrowRight':
        this.#actions.sideways(1);
        return true;
      case ' ':
        return this.#withRow((row) => {
          if (keys.shiftKey) this.#markTo(this.index, row);
          else this.#toggle(this.index, row);
        });
      case 'Enter':
      case 'd':
      case 'D':
        return this.#details();
      case 'Delete':
        return this.#plan();
      case '/':
        this.#actions.focusFilter();
        return true;
      case 'ContextMenu':
        return this.#menu();
      case 'F10':
        return keys.shiftKey && this.#menu();
      default:
        return false;
    }
  }

  #withCtrl(keys: Keys): boolean {
    switch (keys.key) {
      case 'a':
        void this.#list.mark({ change: 'markAll' });
        return true;
      case '\\':
        this.#actions.clearMarks();
        return true;
      case 'd':
        return this.#plan();
      case 'Backspace':
        return keys.metaKey && this.#plan();
      case 'c':
        return this.#withRow((row) => {
          this.#actions.copy(row.name);
        });
      case 'Home':
        return this.#move(0);
      case 'End':
        return this.#move(this.#list.shownTotal - 1);
      default:
        return false;
    }
  }

  /** One row; the marks if the current row is one of them. */
  #plan(): boolean {
    return this.#withRow((row) => {
      if (!isMarkable(row)) return;
      if (row.isMarked && this.#actions.marks().total > 1) this.#actions.planMarked();
      else this.#actions.plan(row.id);
    });
  }

  #details(): true {
    if (this.index >= 0) this.#actions.details(this.#list.rowAt(this.index) ?? null);
    return true;
  }

  #menu(): boolean {
    return this.#withRow((row) => {
      this.#actions.openMenu(this.index, row);
    });
  }

  #withRow(act: (row: WindowRow) => void): true {
    const row = this.index < 0 ? undefined : this.#list.rowAt(this.index);
    if (row !== undefined) act(row);
    return true;
  }

  #toggle(index: number, row: WindowRow): void {
    if (!isMarkable(row)) return;
    this.#anchor = { index, id: row.id };
    void this.#list.mark({ change: row.isMarked ? 'unmark' : 'mark', rows: [row.id] });
  }

  #markTo(index: number, row: WindowRow): void {
    if (!isMarkable(row)) return;
    const from = this.#anchorRow();
    if (from === null) this.#toggle(index, row);
    else void this.#list.markBetween(from, { index, id: row.id });
  }

  /** Where the last mark was made, at the place it is drawn at now; before any mark, the current row. */
  #anchorRow(): { index: number; id: RowId } | null {
    const anchor = this.#anchor ?? (this.id === null ? null : { index: this.index, id: this.id });
    if (anchor === null) return null;
    const { shown } = this.#list;
    const found = shown.rows.findIndex((row) => isSame(row.id, anchor.id));
    return found < 0 ? anchor : { index: shown.start + found, id: anchor.id };
  }

  #move(index: number): true {
    if (this.#list.shownTotal === 0) return true;
    this.#goTo(Math.min(Math.max(0, index), this.#list.shownTotal - 1));
    const row = this.#list.rowAt(this.index) ?? null;
    this.#isUnread = row === null;
    this.#actions.went(row);
    return true;
  }

  #goTo(index: number): void {
    this.index = index;
    this.id = this.#list.rowAt(index)?.id ?? null;
    this.#actions.reveal(index);
  }

  #set(index: number, row: WindowRow): void {
    this.index = index;
    this.id = row.id;
    this.#isUnread = false;
    this.#actions.went(row);
  }
}
