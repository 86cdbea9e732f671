/** Extra request headers while they are edited. */
import type { ExtraHeader } from '../../ipc/types';

export type HeaderRow = {
  name: string;
  value: string;
  /** The backend has a value for it. */
  isKnown: boolean;
};

export function headerRows(names: readonly string[]): HeaderRow[] {
  return names.map((name) => ({ name, value: '', isKnown: true }));
}

/** What is sent: a known header whose field is empty keeps its value. */
export function asHeaders(rows: readonly HeaderRow[]): ExtraHeader[] {
  return rows.map(({ name, value, isKnown }) => ({ name: name.trim(), value: isKnown && value === '' ? null : value }));
}

export function isChanged(rows: readonly HeaderRow[], known: readonly string[]): boolean {
  return rows.length !== known.length || rows.some((row) => !row.isKnown || row.value !== '');
}

/** What HTTP takes as a name. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** The credential has its own place, and these belong to the connection. */
const taken = ['authorization', 'host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'keep-alive', 'proxy-authorization'];

/** Why they cannot be kept yet, a sentence; empty where they can. */
export function headersProblem(rows: readonly HeaderRow[]): string {
  const seen = new Set<string>();
  for (const row of rows) {
    const name = row.name.trim();
    if (name === '') return 'Every header needs a name.';
    if (!token.test(name)) return `${name} cannot be the name of a header.`;
    if (taken.includes(name.toLowerCase()) || name.toLowerCase().startsWith('impersonate-')) return `${name} is set by Secateur itself.`;
    if (seen.has(name.toLowerCase())) return `${name} is there twice.`;
    if (!row.isKnown && row.value === '') return `${name} needs a value.`;
    seen.add(name.toLowerCase());
  }
  return '';
}
