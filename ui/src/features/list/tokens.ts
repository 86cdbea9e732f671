/** The words of the filter box: which of them are tokens, and how they are said. Pure; what a token means is the
 * backend's business. */
import { list, visible } from '../../shared/text';

/** Beside these any column's name is one. `label` alone may stand before `=`, too. */
const KEYS = ['label', 'field', 'ns', 'older', 'younger', 'terminating', 'unused'] as const;
/** These say something by themselves, too. */
const ALONE: readonly string[] = ['terminating', 'unused'];
/** Said behind a key that is offered. */
const MEANINGS: Readonly<Record<string, string>> = {
  label: 'as kubectl -l: app=web,tier!=db',
  field: 'as --field-selector: status.phase=Failed',
  ns: 'namespaces',
  older: 'older than 7d, 12h, 30m',
  younger: 'younger than 7d, 12h, 30m',
  terminating: 'being deleted, for longer than 10m',
  unused: 'nothing in the namespace names it',
};

export interface Typed {
  /** Filters as it is typed. */
  readonly text: string;
  /** What is about to become a token; empty where nothing is. */
  readonly token: string;
}

/** Text, and from the first word that begins a token on, that token: its value may have spaces. */
export function split(typed: string, columns: readonly string[]): Typed {
  const lower = typed.toLowerCase();
  const starts = [...KEYS, ...columns.flatMap(spellings)].flatMap((key) => {
    const marks = key === 'label' ? [':', '='] : [':'];
    return marks.map((mark) => startOf(lower, key + mark)).filter((at) => at >= 0);
  });
  const at = starts.length === 0 ? typed.length : Math.min(...starts);
  return { text: typed.slice(0, at).trim(), token: typed.slice(at).trim() };
}

/** Where a word begins with this. */
function startOf(text: string, wanted: string): number {
  let at = text.indexOf(wanted);
  while (at > 0 && !/\s/.test(text[at - 1] ?? '')) at = text.indexOf(wanted, at + 1);
  return at;
}

export interface TokenParts {
  readonly key: string;
  readonly value: string;
}

export function partsOf(token: string): TokenParts {
  const at = token.search(/[:=]/);
  return at < 0 ? { key: token, value: '' } : { key: token.slice(0, at), value: token.slice(at + 1).trim() };
}

/** Whether a token says what it is to be compared with. */
export function isWhole(token: string): boolean {
  const { key, value } = partsOf(token);
  return value !== '' || ALONE.includes(key.toLowerCase());
}

/** "label part-of=checkout", "status Running". */
export function tokenWords(token: string): string {
  const { key, value } = partsOf(token);
  return visible(value === '' ? key : `${key} ${value}`);
}

/** What nothing matched: "label part-of=chekout and “led”". */
export function filterWords(tokens: readonly string[], text: string): string {
  const words = text.trim() === '' ? [] : [`“${visible(text.trim())}”`];
  return list([...tokens.map(tokenWords), ...words]);
}

export interface Completion {
  /** What stands in the box when it is taken. */
  readonly typed: string;
  readonly name: string;
  readonly meaning: string;
  /** A value is to follow. */
  readonly isKey: boolean;
}

const MOST_OFFERED = 8;

/** What the last word may become: a key, or behind `ns:` a namespace that is known. */
export function completions(typed: string, columns: readonly string[], namespaces: readonly string[]): Completion[] {
  const { token } = split(typed, columns);
  if (token !== '') return namespaceCompletions(typed, token, namespaces);
  const word = /(?:^|\s)(\S+)$/.exec(typed)?.[1]?.toLowerCase() ?? '';
  if (word === '') return [];
  const before = typed.slice(0, typed.length - word.length);
  const keys: readonly string[] = [...KEYS, ...columns.map(keyOf).filter((key) => key !== 'namespace' && !KEYS.some((own) => own === key))];
  return keys
    .filter((key) => key.startsWith(word))
    .slice(0, MOST_OFFERED)
    .map((key) => {
      const name = key === 'label' ? 'label=' : `${key}:`;
      return { typed: before + name, name, meaning: MEANINGS[key] ?? 'this column', isKey: true };
    });
}

function namespaceCompletions(typed: string, token: string, namespaces: readonly string[]): Completion[] {
  const { key, value } = partsOf(token);
  if (key.toLowerCase() !== 'ns') return [];
  const names = value.split(',').map((name) => name.trim());
  const last = names.pop() ?? '';
  const before = typed.slice(0, typed.length - last.length);
  const fitting = namespaces.filter((name) => name.includes(last) && name !== last && !names.includes(name));
  return fitting.slice(0, MOST_OFFERED).map((name) => ({ typed: before + name, name, meaning: '', isKey: false }));
}

/** A column as it is typed: `nominated-node`. */
function keyOf(column: string): string {
  return column.toLowerCase().replace(/\s+/g, '-');
}

/** Blanks, dashes and underlines are as good as each other. */
function spellings(column: string): string[] {
  const key = keyOf(column);
  return key.includes('-') ? [key, ...[' ', '_', ''].map((mark) => key.replaceAll('-', mark))] : [key];
}
