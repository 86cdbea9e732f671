/** Whether a cluster lets writes through, and for how long, in words. The engine enforces it; this only tells. */
import type { ClusterSummary } from '../ipc/types';
import { count } from './text';

/** `free`: writes go through. `locked`: nothing that writes leaves. `unlocked`: they do, until a moment. */
export type Lock = { lock: 'free' } | { lock: 'locked' } | { lock: 'unlocked'; until: number; left: number };

/** At `now`, Unix seconds of the local clock. An unlock that ran out is over, also before the engine has said so. */
export function lockOf({ isLocked, unlockedUntil }: Pick<ClusterSummary, 'isLocked' | 'unlockedUntil'>, now: number): Lock {
  if (isLocked) return { lock: 'locked' };
  if (unlockedUntil === null) return { lock: 'free' };
  const left = unlockedUntil - now;
  return left > 0 ? { lock: 'unlocked', until: unlockedUntil, left } : { lock: 'locked' };
}

/** "15 min", "2 h". */
export function minutesWords(minutes: number): string {
  return minutes >= 60 && minutes % 60 === 0 ? `${count(minutes / 60)} h` : `${count(minutes)} min`;
}

/** What is left of an unlock: "12 min", and the last minute by the second. */
export function leftWords(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${String(whole)} s` : minutesWords(Math.ceil(seconds / 60));
}

/** Unix seconds → 14:15. */
export function untilWords(unixSeconds: number): string {
  const time = new Date(unixSeconds * 1000);
  return [time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}
