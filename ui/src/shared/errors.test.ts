import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { errorCodes, errorDetails, errorTitle } from './errors';
import { toApiError } from '../ipc/backend';

/** The closed set as the contract generates it; not taken from the page's own table. */
function codesOfContract(): string[] {
  const binding = readFileSync(join(import.meta.dirname, '../ipc/bindings/ErrorCode.ts'), 'utf8');
  const type = /export type ErrorCode = ([^;]+);/.exec(binding)?.[1] ?? '';
  return [...type.matchAll(/"(\w+)"/g)].map(([, code = '']) => code);
}

it('every code of the contract has its text', () => {
  expect(codesOfContract().length).toBeGreaterThan(15);
  expect([...errorCodes].sort()).toEqual(codesOfContract().sort());
});

it('no two codes say the same', () => {
  const titles = errorCodes.map(errorTitle);
  expect(new Set(titles).size).toBe(titles.length);
});

it('what stopped a deletion says first that nothing was sent', () => {
  for (const code of ['planChanged', 'proofWrong', 'otherCluster', 'storageFailed', 'clusterRequired'] as const) {
    expect(errorTitle(code)).toMatch(/^Nothing was sent/);
  }
});

it('details carry the server’s words and its audit id', () => {
  const error = { ...toApiError(new Error('no')), status: 403, serverWords: 'denied', auditId: 'a-1' };
  expect(errorDetails(error)).toContain('The server said: denied');
  expect(errorDetails(error)).toContain('Audit-Id: a-1');
});
