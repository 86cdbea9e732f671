import { describe, expect, it } from 'vitest';

import { asHeaders, headerRows, headersProblem, isChanged, type HeaderRow } from './headers';

const row = (name: string, value = 'v', isKnown = false): HeaderRow => ({ name, value, isKnown });

describe('extra headers', () => {
  it('that are known and untouched keep their values, which the page never had', () => {
    expect(asHeaders([...headerRows(['X-Team']), row(' X-New ', 'secret')])).toEqual([{ name: 'X-Team', value: null }, { name: 'X-New', value: 'secret' }]);
  });

  it.each([
    [headerRows(['X-Team']), false],
    [[row('X-Team', 'other', true)], true],
    [[], true],
    [[...headerRows(['X-Team']), row('X-New', '')], true],
  ])('%j have changed: %s', (rows, expected) => expect(isChanged(rows, ['X-Team'])).toBe(expected));

  it.each([
    [[row('')], 'Every header needs a name.'],
    [[row('X Team')], 'X Team cannot be the name of a header.'],
    [[row('Authorization')], 'Authorization is set by Secateur itself.'],
    [[row('impersonate-user')], 'impersonate-user is set by Secateur itself.'],
    [[row('X-Team'), row('x-team')], 'x-team is there twice.'],
    [[row('X-Team', '')], 'X-Team needs a value.'],
    [[row('X-Team', '', true)], ''],
    [[row('X-Team')], ''],
  ])('%j: %s', (rows, expected) => expect(headersProblem(rows)).toBe(expected));
});
