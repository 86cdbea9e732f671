import { describe, expect, it } from 'vitest';

import { lettersProblem, limits, parsed, type NumberSetting } from './limits';
import { shortened, sizeWords } from './sizes';

describe('a number of the settings', () => {
  it.each([['45', 45], [' 7 ', 7], ['3650', 3650]])('may be typed as "%s"', (text, value) => {
    expect(parsed('trashDays', text)).toEqual({ value });
  });

  it.each(['', 'x', '1.5', '-3', '0', '3651', '1e3', '99999999999999999999'])('may not be "%s"', (text) => {
    expect(parsed('trashDays', text)).toHaveProperty('problem');
  });

  it('says its range and unit', () => {
    expect(parsed('unlockMinutes', '0')).toEqual({ problem: 'It can be from 1 to 480 minutes.' });
  });

  it('is what it is by default', () => {
    const defaults: [NumberSetting, string][] = [['trashDays', '30'], ['trashMib', '2048'], ['receiptDays', '90'], ['unlockMinutes', '15']];
    for (const [setting, text] of defaults) expect(parsed(setting, text), limits[setting].label).toHaveProperty('value');
  });
});

describe('letters', () => {
  it.each(['', ' ', 'A', 'PE', 'é1', '漢字', '🚀'])('may be "%s"', (text) => expect(lettersProblem(text)).toBeNull());
  it.each(['ABC', 'A\u202E', '\u200B', 'A B'])('may not be "%s"', (text) => expect(lettersProblem(text)).not.toBeNull());
});

it.each([[0, '0 bytes'], [1, '1 byte'], [1023, '1023 bytes'], [1024, '1.0 KiB'], [6.8 * 1024 ** 2, '6.8 MiB'], [38 * 1024 ** 2, '38 MiB'], [2 ** 31, '2.0 GiB']])(
  '%i bytes are said as %s',
  (bytes, words) => expect(sizeWords(bytes)).toBe(words),
);

it.each([
  ['4f9a17aabbccdde0c1', '4f:9a:17:…:e0:c1'],
  ['4F:9A:17:AA:BB:CC:DD:E0:C1', '4F:9A:17:…:E0:C1'],
  ['4f9a17', '4f:9a:17'],
])('a digest %s is shortened to %s', (digest, expected) => expect(shortened(digest)).toBe(expected));
