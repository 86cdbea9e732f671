/** What the keyboard does, in one place: the window dispatches from here and `?` prints it. Knows no feature. */
export type Shortcut = {
  /** "Ctrl+R", "Shift+F6", "?". Ctrl is ⌘ on macOS. */
  keys: string;
  /** "read this list again": completes "it does …" in the table. */
  does: string;
  run: () => void;
};

type Described = Pick<Shortcut, 'keys' | 'does'>;

export const isMac = typeof navigator !== 'undefined' && navigator.userAgent.includes('Mac');

/** Keys as this system calls them: "Ctrl+R" → "⌘ R" or "Ctrl R". */
export function printed(keys: string): string {
  if (keys === '+') return keys;
  return keys
    .replace('Ctrl', isMac ? '⌘' : 'Ctrl')
    .replace('Escape', 'Esc')
    .replace(/(?<=.)\+(?=.)/g, ' ');
}

/** The name of a key press in the form of `Shortcut.keys`. Shift is named only with keys that print nothing. */
export function pressed(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const parts: string[] = [];
  if (isMac ? event.metaKey : event.ctrlKey) parts.push('Ctrl');
  if (event.altKey) parts.push('Alt');
  const isPrinting = event.key.length === 1;
  if (event.shiftKey && (!isPrinting || /[a-z]/i.test(event.key))) parts.push('Shift');
  parts.push(isPrinting ? event.key.toUpperCase() : event.key);
  return parts.join('+');
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.matches('input, textarea, select') || target.isContentEditable);
}

class Shortcuts {
  #active = new Map<string, Shortcut[]>();
  #described: Described[] = [];

  /** The last one added for a key wins. Returns the function that takes it away. */
  add(shortcut: Shortcut): () => void {
    const stack = this.#active.get(shortcut.keys) ?? [];
    this.#active.set(shortcut.keys, [...stack, shortcut]);
    return () => {
      const rest = (this.#active.get(shortcut.keys) ?? []).filter((other) => other !== shortcut);
      if (rest.length) this.#active.set(shortcut.keys, rest);
      else this.#active.delete(shortcut.keys);
    };
  }

  /** Lists keys that a feature handles itself, such as those of the grid. */
  describe(entries: readonly Described[]): () => void {
    this.#described = [...this.#described, ...entries];
    return () => {
      this.#described = this.#described.filter((entry) => !entries.includes(entry));
    };
  }

  /** Everything that works now, for the table. */
  table(): Described[] {
    const active = [...this.#active.values()].flatMap((stack) => stack.slice(-1)).filter(({ does }) => does !== '');
    return [...active, ...this.#described];
  }

  /** Runs what belongs to a key press. A single character is text while someone types. */
  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const keys = pressed(event);
    const isText = event.key.length === 1 && !event.ctrlKey && !event.metaKey;
    if (isText && isTyping(event.target)) return;
    // An open sheet is modal: nothing behind it may be reached with a key. Text size is not behind it.
    const isBehindSheet = document.querySelector('dialog[open]') !== null && !/^Ctrl\+[-+=0]$/.test(keys);
    const shortcut = this.#active.get(keys)?.at(-1);
    if (!shortcut || isBehindSheet) return;
    event.preventDefault();
    shortcut.run();
  }
}

export const shortcuts = new Shortcuts();
