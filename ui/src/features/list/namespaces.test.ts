import { describe, expect, it } from 'vitest';

import { NamespaceChoice } from './namespaces.svelte';
import { scopeWords } from './words';

describe('choosing namespaces', () => {
  it('narrows by any part of the name', () => {
    const choice = new NamespaceChoice({ scope: 'all' }, () => ['ledger', 'shop', 'shop-test']);
    choice.setSearch('HOP');
    expect(choice.matches).toEqual(['shop', 'shop-test']);
  });

  it('adds a typed name that nobody listed, if it can be one', () => {
    const choice = new NamespaceChoice({ scope: 'all' }, () => []);
    choice.setSearch('Not A Name');
    expect(choice.typedName).toBeNull();
    choice.setSearch('team-a');
    choice.addTyped();
    expect(choice.scope).toEqual({ scope: 'only', names: ['team-a'] });
    expect(choice.search).toBe('');
  });

  it('starts from what is shown and gives names in order', () => {
    const choice = new NamespaceChoice({ scope: 'only', names: ['shop'] }, () => ['ledger', 'shop']);
    choice.toggle('ledger');
    expect(choice.scope).toEqual({ scope: 'only', names: ['ledger', 'shop'] });
    choice.toggle('shop');
    choice.toggle('ledger');
    expect(choice.scope).toBeNull();
  });

  const words: [Parameters<typeof scopeWords>, string][] = [
    [[{ scope: 'all' }, 47], 'All 47'],
    [[{ scope: 'all' }, null], 'All'],
    [[{ scope: 'only', names: ['a', 'b'] }, 214], 'a, b'],
    [[{ scope: 'only', names: ['a', 'b', 'c', 'd'] }, 214], '4 of 214'],
    [[{ scope: 'only', names: ['a', 'b', 'c', 'd'] }, 0], '4 named'],
  ];
  it.each(words)('says %j as "%s"', (given, expected) => {
    expect(scopeWords(...given)).toBe(expected);
  });
});
