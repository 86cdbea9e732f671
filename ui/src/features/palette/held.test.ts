import { expect, it } from 'vitest';

import { pod } from '../../shared/view/scripted';
import { heldRows, rowKey } from './held';

const states = (rows: ReturnType<typeof heldRows>) => rows.map(({ name, state }) => `${name} ${state}`);

it('keeps the rows of the beginning in their places, as they are now', () => {
  const now = [pod('c'), pod('a', { state: 'terminating' })];
  expect(states(heldRows([pod('a'), pod('b'), pod('c')], now))).toEqual(['a terminating', 'b gone', 'c live']);
});

it('adds those that came since at the end', () => {
  expect(states(heldRows([pod('b')], [pod('a'), pod('b')]))).toEqual(['b live', 'a live']);
});

it('takes a namesake with another UID for another object', () => {
  const again = pod('a', { id: { cluster: 'c1', uid: 'another' } });
  expect(states(heldRows([pod('a')], [again]))).toEqual(['a gone', 'a live']);
});

it('tells rows without a UID apart by their names', () => {
  const row = pod('a', { id: null, state: 'incomplete' });
  expect(rowKey(row)).not.toBe(rowKey({ ...row, namespace: 'other' }));
  expect(states(heldRows([row], [row]))).toEqual(['a incomplete']);
});
