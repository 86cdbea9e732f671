import { describe, expect, it } from 'vitest';

import { completions, filterWords, isWhole, split } from './tokens';

const columns = ['Namespace', 'Name', 'Status', 'Restarts', 'Nominated Node', 'Node'];

describe('what is typed into the filter box', () => {
  const check = (typed: string, text: string, token: string) => {
    expect(split(typed, columns)).toEqual({ text, token });
  };

  it('is text until a word begins a token', () => check('led ger', 'led ger', ''));
  it('is a token from that word on, spaces and all', () => check('led label=env in (a, b),!x', 'led', 'label=env in (a, b),!x'));
  it('takes both marks behind label', () => check('label:app', '', 'label:app'));
  it('takes any column, in any case', () => check('ReStarts:>5', '', 'ReStarts:>5'));
  it.each(['nominated node:a', 'Nominated-Node:a', 'nominatednode:a'])('takes a column of several words as %s', (typed) => check(typed, '', typed));
  it('leaves a colon alone that stands behind nothing known', () => check('nginx:1.25', 'nginx:1.25', ''));
  it('does not begin a token inside a word', () => check('kube-ns:x', 'kube-ns:x', ''));
  it('filters by no half token meanwhile', () => check('led status:', 'led', 'status:'));

  it.each([['status:', false], ['label=', false], ['unused:', true], ['terminating:', true], ['older:7d', true]])('%s is whole: %s', (token, expected) => {
    expect(isWhole(token)).toBe(expected);
  });
});

describe('what is offered', () => {
  const names = (typed: string) => completions(typed, columns, ['ledger', 'ledger-test', 'ci']).map(({ name }) => name);

  it('is what the last word may become', () => expect(names('led st')).toEqual(['status:']));
  it('is nothing before the first letter, and nothing for text', () => expect([names(''), names('checkout')]).toEqual([[], []]));
  it('is a namespace that is known, once each', () => expect(names('ns:ledger,led')).toEqual(['ledger-test']));
  it('is nothing for values that are not known', () => expect([names('status:R'), names('label=a')]).toEqual([[], []]));
  it('keeps what stands before it', () => expect(completions('led st', columns, [])[0]?.typed).toBe('led status:'));
});

it('says a filter in words', () => {
  expect(filterWords(['label=part-of=chekout', 'unused:'], ' led ')).toBe('label part-of=chekout, unused and “led”');
  expect(filterWords(['status:a\u202eb'], '')).toBe('status a\\u202eb');
});
