import { describe, expect, it } from 'vitest';

import type { Column } from '../../ipc/types';
import { toggled, whyNoLabel } from './choice';

const plain = { shown: [], hidden: [], labels: [] };
const column = (id: string, isWide = false): Column => ({ id, name: id, description: '', kind: 'text', isWide });

describe('columns that a person chose', () => {
  it('hides one of the server’s, and shows it again', () => {
    const hidden = toggled({ columns: plain, isWide: false }, column('node'), true);
    expect(hidden).toEqual({ ...plain, hidden: ['node'] });
    expect(toggled({ columns: hidden, isWide: false }, column('node'), false)).toEqual(plain);
  });

  it('shows one wide column by itself, and takes it back', () => {
    const shown = toggled({ columns: plain, isWide: false }, column('ip', true), false);
    expect(shown).toEqual({ ...plain, shown: ['ip'] });
    expect(toggled({ columns: shown, isWide: false }, column('ip', true), true)).toEqual(plain);
  });

  it('hides one of the wide columns while all are shown', () => {
    expect(toggled({ columns: plain, isWide: true }, column('ip', true), true)).toEqual({ ...plain, hidden: ['ip'] });
  });

  it('forgets a label that is no longer a column', () => {
    expect(toggled({ columns: { ...plain, labels: ['app', 'tier'] }, isWide: false }, column('label:app'), true)).toEqual({ ...plain, labels: ['tier'] });
  });

  it.each([
    ['app', null],
    ['app.kubernetes.io/name', null],
    ['', /no key/],
    ['a b', /no key/],
    ['A/b/c', /no key/],
    ['tier', /already/],
  ])('the label “%s”', (key, expected) => {
    const why = whyNoLabel({ ...plain, labels: ['tier'] }, key);
    if (expected === null) expect(why).toBeNull();
    else expect(why).toMatch(expected);
  });

  it('has a bound for labels', () => {
    const labels = Array.from({ length: 20 }, (_, index) => `l${String(index)}`);
    expect(whyNoLabel({ ...plain, labels }, 'app')).toMatch(/No more than 20/);
  });
});
