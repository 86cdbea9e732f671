import { describe, expect, it } from 'vitest';

import { pod, podColumns } from '../../shared/view/scripted';
import { idOf } from './scene';
import { Tints } from './tints';

describe('the tint of what changed', () => {
  const running = pod('a');
  const failed = pod('a', { isFresh: true, cells: ['a', 'Failed', '2h'] });

  const after = (...steps: [typeof running, typeof running][]) => {
    const tints = new Tints();
    for (const [before, now] of steps) tints.take([before], [now], podColumns);
    return [...(tints.of(idOf('a')) ?? [])];
  };

  it('is on the cell that changed alone', () => expect(after([running, failed])).toEqual([[1, 1]]));
  it('is not on an age that grew', () => expect(after([running, pod('a', { isFresh: true, cells: ['a', 'Running', '3h'] })])).toEqual([]));
  it('is on nothing of a row that is drawn for other reasons', () => expect(after([running, pod('a', { isMarked: true, cells: ['a', 'Failed', '2h'] })])).toEqual([]));
  it('stays while the row is fresh', () => expect(after([running, failed], [failed, failed])).toEqual([[1, 1]]));
  it('begins anew where the cell changes again', () => expect(after([running, failed], [failed, pod('a', { isFresh: true, cells: ['a', 'Error', '2h'] })])).toEqual([[1, 2]]));
  it('goes when the row is no longer fresh', () => expect(after([running, failed], [failed, { ...failed, isFresh: false }])).toEqual([]));

  it('is on the state of a row that came', () => {
    const tints = new Tints();
    tints.take([], [pod('a', { isFresh: true })], podColumns);
    expect([...(tints.of(idOf('a')) ?? [])]).toEqual([[1, 1]]);
  });
});
