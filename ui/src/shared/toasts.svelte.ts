/** One toast at a time, for the end of a single object and for undo (ui.md §6). */
import type { IconName } from './icons/icons';
import type { Tone } from './states';

export type Toast = {
  icon: IconName;
  tone: Tone;
  title: string;
  text?: string;
  action?: { text: string; run: () => void };
};

export const toastMilliseconds = 8000;

class Toasts {
  current: Toast | null = $state.raw(null);

  show(toast: Toast): void {
    this.current = toast;
  }

  close(): void {
    this.current = null;
  }

  /** What was done since is not to be mixed with what would come back. */
  closeUndo(): void {
    if (this.current?.action !== undefined) this.close();
  }
}

export const toasts = new Toasts();
