/** How the menu of a thing is asked for: the menu key or Shift F10 on it, or the second button. */

/** The point where the pointer asked, or null for the keyboard. */
export type MenuAsked = (element: HTMLElement, point: { x: number; y: number } | null) => void;

export function isMenuKey({ key, shiftKey }: KeyboardEvent): boolean {
  return key === 'ContextMenu' || (key === 'F10' && shiftKey);
}

export function menuByKey(event: KeyboardEvent & { currentTarget: HTMLElement }, ask: MenuAsked): void {
  if (!isMenuKey(event)) return;
  event.preventDefault();
  ask(event.currentTarget, null);
}

export function menuByPointer(event: MouseEvent & { currentTarget: HTMLElement }, ask: MenuAsked): void {
  event.preventDefault();
  // The menu key comes here too, without a button; its key has been handled already.
  if (event.button === 2) ask(event.currentTarget, { x: event.clientX, y: event.clientY });
}
