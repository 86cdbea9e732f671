import { describe, expect, it } from 'vitest';

import { history, job } from './scene';
import { askedWords, foundWords, leadWords, matchWords, outcomesWord, size, statusWords, trashTrouble, NOT_GONE } from './words';

describe('the Receipts page says', () => {
  it('how long receipts and copies are kept, by the settings', () => {
    expect(leadWords(history([]))).toBe('Every deletion of the last 90 days. The trash keeps copies for 30 days.');
    const short = history([], { receiptDays: 1 });
    expect(leadWords({ ...short, trash: { ...short.trash, days: 7 } })).toBe('Every deletion of the last 1 day. The trash keeps copies for 7 days.');
  });

  it('what there is, in the status bar', () => {
    expect(statusWords(history([]))).toBe('1,247 receipts in 90 days, 38 MB in the trash, encrypted');
    const none = history([], { receipts: 1 });
    expect(statusWords({ ...none, trash: { ...none.trash, copies: 0, bytes: 0 } })).toBe('1 receipt in 90 days, nothing in the trash');
  });

  it.each([
    [1, '1 byte'],
    [512, '512 bytes'],
    [1_000, '1 kB'],
    [1_440, '1.4 kB'],
    [38_000_000, '38 MB'],
    [999_999, '1 MB'],
    [2_147_483_648, '2.1 GB'],
  ])('%d bytes as %s', (bytes, words) => {
    expect(size(bytes)).toBe(words);
  });

  it('what a search found', () => {
    expect(foundWords(history([]))).toBe('No receipt matches');
    expect(foundWords(history([job('j1', 9, { matching: 2 }), job('j2', 1)]))).toBe('3 receipts in 2 deletions');
    expect(foundWords(history([job('j1', 9)], { total: 240 }))).toBe('240 deletions match');
  });

  it('what was asked, with what cannot be seen as escapes', () => {
    expect(askedWords({ text: 'a\u202eb', outcomes: ['gone'], cluster: 'garden' })).toBe('“a\\u202eb”, outcome Gone, cluster garden');
    expect(outcomesWord(NOT_GONE)).toBe('Not gone');
    expect(outcomesWord([])).toBe('Any');
  });

  it('how many receipts of a job match, only where not all do', () => {
    expect(matchWords(job('j1', 9))).toBeNull();
    expect(matchWords(job('j1', 1_000, { matching: 2 }))).toBe('2 of 1,000 match');
  });

  it('once that copies cannot be read, and why', () => {
    const { trash } = history([]);
    expect(trashTrouble(trash)).toBeNull();
    expect(trashTrouble({ ...trash, isLasting: false, problem: 'no keyring answers' })).toEqual({
      title: 'Copies taken now cannot be restored after quitting.',
      text: 'no keyring answers.',
    });
    expect(trashTrouble({ ...trash, unreadable: 1 })?.title).toBe('1 copy in the trash cannot be read: the key is no longer there.');
    expect(trashTrouble({ ...trash, isLasting: false, problem: 'no keyring answers.', unreadable: 12 })?.text).toBe(
      'no keyring answers. 12 copies in the trash cannot be read: the key is no longer there.',
    );
  });
});
