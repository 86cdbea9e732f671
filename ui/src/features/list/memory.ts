/** Warnings of servers that the person has read, for the rest of the run. */
import type { KindRef, Warning } from '../../ipc/types';

export function kindKey(kind: KindRef): string {
  return `${kind.group}/${kind.version}/${kind.plural}`;
}

export class ReadWarnings {
  readonly #read = new Set<string>();

  add(kind: KindRef, warnings: readonly Warning[]): void {
    for (const warning of warnings) this.#read.add(keyOf(kind, warning));
  }

  has(kind: KindRef, warning: Warning): boolean {
    return this.#read.has(keyOf(kind, warning));
  }
}

function keyOf(kind: KindRef, { cluster, text }: Warning): string {
  return JSON.stringify([cluster, kindKey(kind), text]);
}
