/** The numbers of the settings, with what they may be. The backend unlocks for eight hours at most, and keeps nothing
 * for no time; the other limits are only to catch a slip of the hand. */
import type { Settings } from '../../ipc/types';

export type NumberSetting = 'trashDays' | 'trashMib' | 'receiptDays' | 'unlockMinutes';

export type Limit = { label: string; unit: string; least: number; most: number; help: string };

export const limits: Record<NumberSetting, Limit> = {
  trashDays: { label: 'Keep copies for', unit: 'days', least: 1, most: 3650, help: 'Older copies are removed; what they were copies of can then no longer be restored.' },
  trashMib: { label: 'But at most', unit: 'MiB', least: 1, most: 1_048_576, help: 'When there are more, the oldest go first.' },
  receiptDays: { label: 'Keep receipts for', unit: 'days', least: 1, most: 3650, help: 'Receipts of jobs that go on are never removed.' },
  unlockMinutes: { label: 'An unlock lasts', unit: 'minutes', least: 1, most: 480, help: 'Then a read-only cluster is read-only again.' },
};

/** What was typed, as a number that may be, or why not. */
export function parsed(setting: NumberSetting, text: string): { value: number } | { problem: string } {
  const { least, most, unit } = limits[setting];
  const trimmed = text.trim();
  const range = `from ${least.toLocaleString('en-US')} to ${most.toLocaleString('en-US')} ${unit}`;
  if (!/^\d+$/.test(trimmed)) return { problem: `A whole number ${range}.` };
  const value = Number(trimmed);
  return value < least || value > most ? { problem: `It can be ${range}.` } : { value };
}

/** Why letters cannot stand on a tile; null where they can. Nothing at all means those from the name. */
export function lettersProblem(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  // Counted as the backend counts: by code points.
  if ([...trimmed].length > 2) return 'Two at most.';
  return /^[\p{L}\p{N}\p{M}\p{S}\p{P}]+$/u.test(trimmed) ? null : 'Letters, digits or signs that can be seen.';
}

export type SaveSettings = (change: Partial<Settings>) => Promise<string | null>;
