import { describe, expect, it } from 'vitest';

import { beginning, count, kinds, list, plural, sentence, visible } from './text';

describe('text of a cluster', () => {
  const check = (input: string, expected: string) => expect(visible(input)).toBe(expected);

  it('is left as it is when every character can be seen', () => check('payments-prod/ärger 日本 🚀', 'payments-prod/ärger 日本 🚀'));
  it('shows a newline', () => check('a\nb', 'a\\u000ab'));
  it('shows NUL and bell', () => check('\u0000\u0007', '\\u0000\\u0007'));
  it('shows a right-to-left override', () => check('api-\u202Etac', 'api-\\u202etac'));
  it('shows isolates and marks', () => check('\u2066\u200E\u061C', '\\u2066\\u200e\\u061c'));
  it('shows zero-width characters', () => check('a\u200Bb\u200Dc\uFEFF', 'a\\u200bb\\u200dc\\ufeff'));
  it('shows a soft hyphen', () => check('pay\u00ADments', 'pay\\u00adments'));
  it('shows tag characters', () => check('x\u{E0041}', 'x\\u{e0041}'));
  it('shows a lone surrogate', () => check('\uD83D', '\\ud83d'));
  it('leaves markup as text', () => check('<b>x</b>', '<b>x</b>'));
});

describe('the beginning of a text', () => {
  it('is all of one that fits into a line', () => expect(beginning('a'.repeat(1000))).toHaveLength(1000));
  it('is as much as a line shows', () => expect(beginning('a'.repeat(200_000))).toHaveLength(1000));
  it('ends with no half of a character', () => expect(visible(beginning(`${'a'.repeat(999)}🚀🚀`))).toBe('a'.repeat(999)));
});

describe('numbers and words', () => {
  it('separates thousands', () => expect(count(48_312)).toBe('48,312'));
  it('counts one', () => expect(plural('Pod', 1)).toBe('1 Pod'));
  it('counts many', () => expect(plural('ConfigMap', 1000)).toBe('1,000 ConfigMaps'));
  it.each([
    ['Ingress', 'Ingresses'],
    ['NetworkPolicy', 'NetworkPolicies'],
    ['StorageClass', 'StorageClasses'],
    ['Endpoints', 'Endpoints'],
    ['Gateway', 'Gateways'],
  ])('%s becomes %s', (kind, expected) => expect(kinds(kind)).toBe(expected));
  it('joins a list', () => expect(list(['a', 'b', 'c'])).toBe('a, b and c'));
  it('ends a sentence once', () => expect([sentence('it failed'), sentence('It failed.')]).toEqual(['it failed.', 'It failed.']));
});
