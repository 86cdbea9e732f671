/** What the tokens of a filter mean, as the host understands them. */
import type { Column } from '../types';
import { fail } from './world';
import type { FakeObject } from './objects';

export type Test = (object: FakeObject) => boolean;

const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const fields: Record<string, (object: FakeObject) => string> = {
  'metadata.name': (object) => object.name,
  'metadata.namespace': (object) => object.namespace ?? '',
  'status.phase': (object) => object.cells['status'] ?? '',
  'spec.nodeName': (object) => object.cells['node'] ?? '',
};

/** Fails with the reason where a token means nothing. */
export function testOf(filter: string, columns: readonly Column[], kinds: string): Test {
  const at = filter.search(/[=:]/);
  const key = (at < 0 ? filter : filter.slice(0, at)).trim().toLowerCase();
  const value = at < 0 ? '' : filter.slice(at + 1).trim();
  switch (key) {
    case 'label':
      return labelTest(value);
    case 'field':
      return fieldTest(value, kinds);
    case 'ns': {
      const names = words(value, filter);
      return ({ namespace }) => namespace !== null && names.includes(namespace);
    }
    case 'older':
    case 'younger': {
      const seconds = duration(value, filter);
      return ({ created }) => Date.now() / 1000 - created > seconds === (key === 'older');
    }
    case 'terminating': {
      const seconds = value === '' ? -Infinity : duration(value, filter);
      return (object) => object.state === 'terminating' && Date.now() / 1000 - (object.deleted ?? Infinity) > seconds;
    }
    case 'unused':
      if (!['ConfigMaps', 'Secrets', 'PersistentVolumeClaims'].includes(kinds)) throw invalid(`Whether ${kinds} are used is not known.`);
      return ({ name }) => /2024|2940[12]|black-friday/.test(name);
    default:
      return columnTest(key, value, filter, columns, kinds);
  }
}

function columnTest(key: string, value: string, filter: string, columns: readonly Column[], kinds: string): Test {
  const plain = (heading: string) => heading.toLowerCase().replace(/[\s_-]/g, '');
  const column = columns.find(({ name }) => plain(name) === plain(key));
  if (column === undefined) throw invalid(`${kinds} have no column ${key}.`);
  const compared = /^([<>]=?)\s*(\d+)$/.exec(value);
  if (compared !== null) {
    const [, sign = '', number = '0'] = compared;
    return ({ cells }) => {
      const [own, other] = [parseInt(cells[column.id] ?? '', 10), Number(number)];
      if (own === other) return sign.endsWith('=');
      return sign.startsWith('>') ? own > other : own < other;
    };
  }
  const wanted = words(value, filter).map((word) => word.toLowerCase());
  return (object) => wanted.includes((column.kind === 'name' ? object.name : (object.cells[column.id] ?? '')).toLowerCase());
}

function labelTest(selector: string): Test {
  const parts = selector.split(/,(?![^(]*\))/).map((part) => part.trim());
  if (parts.some((part) => part === '')) throw invalid(`“${selector}” is no label selector: a part of it is empty.`);
  const tests = parts.map((part): Test => {
    const set = /^([\w./-]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part);
    if (set !== null) {
      const [, key = '', how = '', values = ''] = set;
      const listed = values.split(',').map((one) => one.trim());
      return ({ labels }) => listed.includes(labels[key] ?? '') === (how === 'in');
    }
    const is = /^([\w./-]+)\s*(==?|!=)\s*([\w.-]*)$/.exec(part);
    if (is !== null) {
      const [, key = '', sign = '', wanted = ''] = is;
      return ({ labels }) => (labels[key] === wanted) === (sign !== '!=');
    }
    const has = /^(!?)([\w./-]+)$/.exec(part);
    if (has === null) throw invalid(`“${part}” is no label selector.`);
    const [, not = '', key = ''] = has;
    return ({ labels }) => key in labels === (not === '');
  });
  return (object) => tests.every((test) => test(object));
}

function fieldTest(selector: string, kinds: string): Test {
  const is = /^([\w.]+)\s*(==?|!=)\s*(.*)$/.exec(selector);
  if (is === null) throw invalid(`“${selector}” is no field selector: it needs a field, = or !=, and a value.`);
  const [, path = '', sign = '', wanted = ''] = is;
  const read = fields[path];
  if (read === undefined) {
    const near = Object.keys(fields).find((known) => known.toLowerCase() === path.toLowerCase());
    throw invalid(`${kinds} have no field ${path}.${near === undefined ? '' : ` Did you mean ${near}?`}`);
  }
  return (object) => (read(object) === wanted) === (sign !== '!=');
}

function words(value: string, filter: string): string[] {
  const all = value.split(',').map((word) => word.trim());
  if (all.some((word) => word === '')) throw invalid(`“${filter}” names nothing to look for.`);
  return all;
}

function duration(value: string, filter: string): number {
  const parts = [...value.matchAll(/(\d+)([smhdw])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== value) throw invalid(`“${filter}” needs a time such as 10m, 6h or 7d.`);
  return parts.reduce((sum, [, number = '0', unit = '']) => sum + Number(number) * (units[unit] ?? 0), 0);
}

function invalid(message: string) {
  return fail('invalidRequest', message);
}
