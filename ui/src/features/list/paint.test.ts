import { cleanup, render } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, expect, it } from 'vitest';

import type { Column, WindowRow } from '../../ipc/types';
import { pod, podColumns } from '../../shared/view/scripted';
import GridRow from './GridRow.svelte';
import type { RowPainter } from './paint';

let painter: RowPainter | null = null;
const element = () => document.querySelector<HTMLElement>('.row') as HTMLElement;
const cells = () => [...element().querySelectorAll('[data-cell]')].map((cell) => cell.textContent.trim());

async function draw(columns: readonly Column[] = podColumns) {
  const shown = columns.map((column, at) => ({ column, at }));
  render(GridRow, { id: 'r', columns: shown, spoken: shown.slice(1), tierOf: () => 'staging', onpainter: (made: RowPainter | null) => (painter = made) });
  await tick();
}

function paint(row: WindowRow | undefined, index = 0): void {
  painter?.paint({ index, row, isCurrent: false, tinted: undefined });
}

beforeEach(() => draw());
afterEach(cleanup);

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

it('says behind the name for how long one should be gone where there is no state', async () => {
  cleanup();
  await draw(podColumns.filter(({ kind }) => kind !== 'status'));
  paint(pod('a', { state: 'terminating', note: 'Terminating 14 min', cells: ['a', '2h'] }));
  expect(cells()[0]?.replace(/\s+/g, ' ')).toBe('a Terminating 14 min');
});
