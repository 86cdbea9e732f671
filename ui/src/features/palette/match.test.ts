import { describe, expect, it } from 'vitest';

import { fitScattered, fitWhole, LOOSE, pieces, SCATTERED, wordsOf } from './match';

/** The text with what was found in brackets. */
function shown(text: string, find: typeof fitWhole, word: string): string | null {
  const fit = find(text, word);
  return fit === null ? null : pieces(text, fit.ranges).map((piece) => (piece.isFound ? `[${piece.text}]` : piece.text)).join('');
}

describe('a whole word', () => {
  const cost = (text: string, word: string) => fitWhole(text, word)?.cost ?? Infinity;

  it('costs nothing where it is the text, and the more the less it stands for itself', () => {
    const order = ['prod', 'prod-eu', 'eu-prod', 'product', 'eu-product', 'reproduce'].map((text) => cost(text, 'prod'));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(new Set(order).size).toBe(order.length);
    expect(order[0]).toBe(0);
  });

  it('is found where it costs least, not where it comes first', () => {
    expect(shown('reprod-prod', fitWhole, 'prod')).toBe('reprod-[prod]');
  });

  it('begins a part at a capital, a digit’s divider, a dot and a slash', () => {
    expect(cost('ConfigMap', 'map')).toBe(cost('config-map', 'map'));
    expect(cost('certificates.cert-manager.io', 'cert')).toBeLessThan(cost('concert', 'cert'));
    expect(cost('arn:aws:eks:cluster/risk', 'risk')).toBe(cost('a-risk', 'risk'));
  });

  it('is found in any case, and letters keep their places where small ones are longer', () => {
    expect(shown('ConfigMaps', fitWhole, 'configm')).toBe('[ConfigM]aps');
    expect(shown('İx-prod', fitWhole, 'prod')).toBe('İx-[prod]');
  });

  it('is not found where it is not', () => {
    expect(fitWhole('payments-prod-us', 'eu')).toBeNull();
  });
});

describe('letters in their order', () => {
  it('are taken from the beginnings of parts first', () => {
    expect(shown('payments-staging-eu', fitScattered, 'pse')).toBe('[p]ayments-[s]taging-[e]u');
    expect(shown('payments-prod', fitScattered, 'payprod')).toBe('[pay]ments-[prod]');
  });

  it('are taken from anywhere after that, and cost more', () => {
    expect(shown('payments', fitScattered, 'pymnt')).toBe('[p]a[ym]e[nt]s');
    expect(fitScattered('payments', 'pmt')?.cost).toBeGreaterThan(fitScattered('pay-my-tax', 'pmt')?.cost ?? Infinity);
  });

  it('begin where a part begins, two letters are too few, and numbers are no letters', () => {
    expect(fitScattered('worker-0040-x7k2p', '0042')).toBeNull();
    expect(fitScattered('payments', 'ayt')).toBeNull();
    expect(fitScattered('payments-prod-us', 'eu')).toBeNull();
  });

  it('cost more than any whole word, and most where they are strewn', () => {
    expect(fitScattered('payments-staging-eu', 'pse')?.cost).toBeGreaterThan(SCATTERED);
    expect(fitScattered('payments-staging-eu', 'pse')?.cost).toBeLessThan(LOOSE);
    expect(fitScattered('payments', 'pymnt')?.cost).toBeGreaterThan(LOOSE);
  });
});

it('words are those between spaces', () => {
  expect(wordsOf('  Prod   EU ')).toEqual(['prod', 'eu']);
});

it('pieces of ranges that overlap and come in any order make the text again', () => {
  const made = pieces('payments-prod', [[9, 13], [0, 3], [2, 5]]);
  expect(made.map(({ text }) => text).join('')).toBe('payments-prod');
  expect(made.filter(({ isFound }) => isFound).map(({ text }) => text)).toEqual(['pay', 'me', 'prod']);
});
