import { describe, expect, it } from 'vitest';

import { pod, pods, settle } from '../../shared/view/scripted';
import { idOf, keys, scene } from './scene';

describe('the current row', () => {
  const moves: [string, string[], number][] = [
    ['down from nothing is the first row', ['ArrowDown'], 0],
    ['down twice is the second', ['ArrowDown', 'ArrowDown'], 1],
    ['up stops at the first', ['ArrowDown', 'ArrowUp', 'ArrowUp'], 0],
    ['End is the last', ['End'], 99],
    ['down stops at the last', ['End', 'ArrowDown'], 99],
    ['Home is the first', ['End', 'Home'], 0],
    ['Page Down is a screen less one row', ['Home', 'PageDown'], 18],
    ['Page Up comes back', ['Home', 'PageDown', 'PageUp'], 0],
  ];
  it.each(moves)('%s', async (_, pressed, expected) => {
    const { cursor, actions } = await scene(pods(100));
    for (const key of pressed) expect(cursor.key(keys(key))).toBe(true);
    expect(cursor.index).toBe(expected);
    expect(actions.reveal).toHaveBeenLastCalledWith(expected);
  });

  it('leaves keys alone that mean nothing here', async () => {
    const { cursor } = await scene(pods(3));
    expect(cursor.key(keys('x'))).toBe(false);
    expect(cursor.key(keys('ArrowDown', { altKey: true }))).toBe(false);
    expect(cursor.key(keys('k', { ctrlKey: true }))).toBe(false);
    expect(cursor.key(keys('Tab'))).toBe(false);
  });

  it.each(['Enter', 'd', 'D'])('opens its details with %s, and none without a current row', async (key) => {
    const { cursor, actions } = await scene(pods(3));
    cursor.key(keys(key));
    expect(actions.details).not.toHaveBeenCalled();
    cursor.key(keys('ArrowDown'));
    cursor.key(keys(key));
    expect(actions.details).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ name: 'pod-0' }));
  });

  it('says where the person went, and not where it is put', async () => {
    const { script, cursor, actions } = await scene([pod('a'), pod('b'), pod('c')]);
    cursor.entered();
    expect(actions.went).not.toHaveBeenCalled();
    cursor.key(keys('ArrowDown'));
    expect(actions.went).toHaveBeenLastCalledWith(expect.objectContaining({ name: 'b' }));
    script.change([pod('a'), pod('c')]);
    await settle();
    expect(cursor.id).toEqual(idOf('c'));
    expect(actions.went).toHaveBeenCalledTimes(1);
  });

  it('tells of a row that was not read when the person went there as soon as it is', async () => {
    const { script, list, cursor, actions } = await scene(pods(1000));
    script.hold();
    cursor.key(keys('End'));
    expect(actions.went).toHaveBeenLastCalledWith(null);
    cursor.key(keys('Enter'));
    expect(actions.details).toHaveBeenLastCalledWith(null);
    list.show(980, 20);
    script.windows.at(-1)?.answer();
    await settle();
    expect(actions.went).toHaveBeenLastCalledWith(expect.objectContaining({ name: 'pod-999' }));
    expect(actions.went).toHaveBeenCalledTimes(2);
  });

  it('follows its object when rows come before it', async () => {
    const { script, cursor } = await scene([pod('a'), pod('b')]);
    cursor.key(keys('End'));
    script.change([pod('x'), pod('a'), pod('b')]);
    await settle();
    expect(cursor.index).toBe(2);
    expect(cursor.id).toEqual(idOf('b'));
  });

  it('stays at its place when its object is gone', async () => {
    const { script, cursor } = await scene([pod('a'), pod('b'), pod('c')]);
    cursor.key(keys('Home'));
    cursor.key(keys('ArrowDown'));
    script.change([pod('a'), pod('c')]);
    await settle();
    expect(cursor.index).toBe(1);
    expect(cursor.id).toEqual(idOf('c'));
  });

  it('marks with Space and takes the mark off with Space', async () => {
    const { script, cursor, changes } = await scene([pod('a')]);
    cursor.key(keys('ArrowDown'));
    cursor.key(keys(' '));
    script.change([pod('a', { isMarked: true })]);
    await settle();
    cursor.key(keys(' '));
    expect(changes()).toEqual([
      { change: 'mark', rows: [idOf('a')] },
      { change: 'unmark', rows: [idOf('a')] },
    ]);
  });

  it('marks from the last mark with Shift Space', async () => {
    const { cursor, changes } = await scene(pods(5));
    cursor.key(keys('ArrowDown'));
    cursor.key(keys(' '));
    cursor.key(keys('End'));
    cursor.key(keys(' ', { shiftKey: true }));
    expect(changes()[1]).toEqual({ change: 'markRange', from: idOf('pod-0'), to: idOf('pod-4') });
  });

  const untouchable = [pod('a', { id: null, state: 'incomplete' }), pod('a', { state: 'stale' }), pod('a', { state: 'gone' })];
  it.each(untouchable)('neither marks nor plans a row that is $state', async (row) => {
    const { cursor, actions, changes } = await scene([row]);
    cursor.key(keys('ArrowDown'));
    cursor.key(keys(' '));
    cursor.key(keys('Delete'));
    expect(changes()).toEqual([]);
    expect(actions.plan).not.toHaveBeenCalled();
  });

  it.each([keys('Delete'), keys('d', { ctrlKey: true }), keys('Backspace', { metaKey: true })])('plans its deletion with $key', async (key) => {
    const { cursor, actions } = await scene(pods(2));
    cursor.key(keys('ArrowDown'));
    cursor.key(key);
    expect(actions.plan).toHaveBeenCalledExactlyOnceWith(idOf('pod-0'));
  });

  it('plans all that is marked from a row that is one of several marks, and one row from any other', async () => {
    const { cursor, actions, marks } = await scene([pod('a', { isMarked: true }), pod('b')]);
    marks.total = 3;
    cursor.key(keys('Home'));
    cursor.key(keys('Delete'));
    expect(actions.planMarked).toHaveBeenCalledTimes(1);
    cursor.key(keys('ArrowDown'));
    cursor.key(keys('Delete'));
    expect(actions.plan).toHaveBeenCalledExactlyOnceWith(idOf('b'));
  });

  it('does not delete with Backspace alone', async () => {
    const { cursor, actions } = await scene(pods(2));
    cursor.key(keys('ArrowDown'));
    expect(cursor.key(keys('Backspace'))).toBe(false);
    expect(actions.plan).not.toHaveBeenCalled();
  });
});

describe('a click', () => {
  it('makes the row current and marks nothing', async () => {
    const { cursor, changes } = await scene(pods(3));
    cursor.press(1);
    expect(cursor.release(1, 'row', keys(''))).toBe(true);
    expect(cursor.id).toEqual(idOf('pod-1'));
    expect(changes()).toEqual([]);
  });

  it('is dropped when another row came to its place between press and release', async () => {
    const { script, cursor, changes } = await scene([pod('a'), pod('b')]);
    cursor.press(0);
    script.change([pod('b'), pod('a')]);
    await settle();
    expect(cursor.release(0, 'check', keys(''))).toBe(false);
    expect(changes()).toEqual([]);
    expect(cursor.id).toBeNull();
  });

  it('is dropped when it was let go on another row, or was never pressed', async () => {
    const { cursor } = await scene(pods(3));
    cursor.press(0);
    expect(cursor.release(1, 'row', keys(''))).toBe(false);
    expect(cursor.release(0, 'row', keys(''))).toBe(false);
  });

  it('marks with Ctrl and ranges with Shift', async () => {
    const { cursor, changes } = await scene(pods(4));
    cursor.press(0);
    cursor.release(0, 'row', keys('', { ctrlKey: true }));
    cursor.press(3);
    cursor.release(3, 'check', keys('', { shiftKey: true }));
    expect(changes()).toEqual([
      { change: 'mark', rows: [idOf('pod-0')] },
      { change: 'markRange', from: idOf('pod-0'), to: idOf('pod-3') },
    ]);
  });

  it('opens the details of the current row alone when it is a double one', async () => {
    const { script, cursor, actions } = await scene(pods(3));
    cursor.press(1);
    cursor.release(1, 'row', keys(''));
    cursor.open(0);
    script.change([pod('new'), ...pods(3)]);
    await settle();
    cursor.open(1);
    expect(actions.details).not.toHaveBeenCalled();
    cursor.open(2);
    expect(actions.details).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ name: 'pod-1' }));
  });

  it('opens the menu for the row that was pressed', async () => {
    const { cursor, actions } = await scene(pods(2));
    cursor.press(1);
    cursor.release(1, 'menu', keys(''));
    expect(actions.openMenu).toHaveBeenCalledExactlyOnceWith(1, expect.objectContaining({ name: 'pod-1' }));
  });
});
