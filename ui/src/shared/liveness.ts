import type { Liveness } from '../ipc/types';

/** The time the rows are as of, in Unix seconds of the server's clock; null while they are current or absent. */
export function asOf(liveness: Liveness): number | null {
  return liveness.phase === 'stale' ? liveness.asOf : null;
}
