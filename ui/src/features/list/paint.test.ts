import { beforeEach, expect, it } from 'vitest';

import type { Column, WindowRow } from '../../ipc/types';
import { pod, podColumns } from '../../shared/view/scripted';
import type { Look } from '../../shared/tiers';
import { Rows } from './rows';
import type { ShownColumn } from './widths.svelte';

let rows: Rows;
const element = () => document.querySelector<HTMLElement>('.row') as HTMLElement;
const cells = () => [...element().querySelectorAll('[data-cell]')].map((cell) => cell.textContent.trim());

const shown = new Map<readonly Column[], ShownColumn[]>();

/** The same for the same columns, as the grid gives them. */
function shownOf(columns: readonly Column[]): ShownColumn[] {
  const known = shown.get(columns) ?? columns.map((column, at) => ({ column, at }));
  shown.set(columns, known);
  return known;
}

function draw(columns: readonly Column[] = podColumns): void {
  document.body.replaceChildren();
  rows = new Rows(document.body, 'r');
  arrange(columns);
}

function arrange(columns: readonly Column[], tier: Look = 'staging'): void {
  const shown = shownOf(columns);
  rows.fit(1, { columns: shown, spoken: shown.slice(1), tierOf: () => tier });
}

function paint(row: WindowRow | undefined, index = 0): void {
  rows.paint(0, { index, row, isCurrent: false, tinted: undefined });
}

beforeEach(() => draw());

it('shows one row after another in the same elements', () => {
  paint(pod('a'));
  const nodes = element().querySelectorAll('*').length + [...element().querySelectorAll('[data-text]')].flatMap(({ childNodes }) => [...childNodes]).length;
  for (let index = 1; index < 20; index += 1) paint(pod(`b-${String(index)}`, { cells: [`b-${String(index)}`, 'Failed', '3h'] }), index);
  expect(cells()).toEqual(['b-19', 'Failed', '3h']);
  expect(element().querySelectorAll('*').length + [...element().querySelectorAll('[data-text]')].flatMap(({ childNodes }) => [...childNodes]).length).toBe(nodes);
  expect([element().dataset['index'], element().getAttribute('aria-rowindex'), element().style.top]).toEqual(['19', '21', '33.25rem']);
});

it('leaves nothing of the row before: not its mark, its state, nor a reason', () => {
  paint(pod('a', { state: 'stale', isMarked: true }));
  expect(element().className).toContain('row-stale');
  paint(pod('b'));
  expect(element().className.split(' ').filter((name) => name.startsWith('row-'))).toEqual([]);
  expect(element().querySelector('[data-part="check"]')?.hasAttribute('title')).toBe(false);
  paint(undefined);
  expect([cells(), element().getAttribute('aria-label')]).toEqual([['', '', ''], 'Not read yet']);
});

it('says why a row cannot be marked, and for how long one should be gone', () => {
  paint(pod('a', { id: null, state: 'awaited' }));
  expect(element().getAttribute('aria-label')).toMatch(/, its UID is still being read$/);
  paint(pod('a', { id: null, state: 'incomplete' }));
  expect(cells()[1]).toBe('incomplete, no UID');
  paint(pod('a', { state: 'terminating', note: 'Terminating 14 min', cells: ['a', 'Terminating', '2h'] }));
  expect(cells()[1]).toBe('Terminating 14 min');
});

it('says behind the name for how long one should be gone where there is no state', () => {
  draw(podColumns.filter(({ kind }) => kind !== 'status'));
  paint(pod('a', { state: 'terminating', note: 'Terminating 14 min', cells: ['a', '2h'] }));
  expect(cells()[0]?.replace(/\s+/g, ' ')).toBe('a Terminating 14 min');
});

it('draws its mark, and the tier of the cluster that the row is of', () => {
  const columns: Column[] = [...podColumns, { id: 'cluster', name: 'Cluster', description: '', kind: 'cluster', isWide: false }];
  draw(columns);
  const drawn = () => [element().querySelector('[data-part="check"] svg') !== null, element().querySelector('[data-tier] > *')?.className.match(/glyph-(\w+)/)?.[1]];
  paint(pod('a', { cells: ['a', 'Running', '2h', 'one'] }));
  expect(drawn()).toEqual([false, 'staging']);
  const before = element();
  arrange(columns, 'production');
  paint(pod('a', { cells: ['a', 'Running', '2h', 'one'], isMarked: true }));
  expect([...drawn(), element() === before]).toEqual([true, 'production', true]);
  arrange(columns);
  paint(pod('a', { cells: ['a', 'Running', '2h', 'one'] }));
  expect(element().className.split(' ').filter((name) => name.startsWith('row-'))).toEqual([]);
});

it('has as many elements as are asked for, each with an id, and others for other columns', () => {
  const ids = () => [...document.body.children].map(({ id }) => id);
  rows.fit(3, { columns: shownOf(podColumns), spoken: [], tierOf: () => 'staging' });
  expect(ids()).toEqual(['r-0', 'r-1', 'r-2']);
  const before = element();
  rows.fit(2, { columns: shownOf(podColumns), spoken: [], tierOf: () => 'staging' });
  expect([ids(), element() === before]).toEqual([['r-0', 'r-1'], true]);
  rows.fit(2, { columns: shownOf(podColumns.slice(0, 2)), spoken: [], tierOf: () => 'staging' });
  expect([ids(), element().querySelectorAll('[data-cell]').length]).toEqual([['r-0', 'r-1'], 2]);
});
