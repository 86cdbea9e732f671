import { announcer } from './announcer.svelte';

/** Puts text on the clipboard and says so; says so too when the system refuses. */
export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    announcer.polite(`${what} copied`);
  } catch {
    announcer.assertive(`${what} could not be copied: the system refused`);
  }
}
