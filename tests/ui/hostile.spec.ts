/** Text from a cluster is text, whatever it looks like. */
import { expect, it } from 'vitest';

import { openList } from './page';

it('shows markup in names as text and runs nothing', async () => {
  const page = await openList('hostile');
  await page.getByText('<img src=x onerror=alert(1)>').first().waitFor();
  expect(await page.locator('main img, main script, main b').count()).toBe(0);
  expect(await page.title()).toBe('Pods · payments-prod-eu (production) · Secateur');
});

it('shows characters that hide or turn others as escapes', async () => {
  const page = await openList('hostile');
  await page.getByText('api-\\u202etac.exe\\u202c-v1').first().waitFor();
  await page.getByText('zero\\u200bwidth\\u200djoined').first().waitFor();
  const text = await page.locator('main').innerText();
  expect(text).not.toMatch(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\u0000-\u0008]/u);
});

it('puts no style text and no inline script into the document', async () => {
  const page = await openList('hostile');
  const found = await page.evaluate(() => [document.querySelectorAll('style').length, [...document.scripts].filter((script) => !script.src).length]);
  expect(found).toEqual([0, 0]);
});
