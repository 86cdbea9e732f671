/** Text from a cluster is text, whatever it looks like. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList, press } from './page';

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

describe('fault_56: names of 253 characters and of 200 kB, and 10,000 labels', () => {
  const rows = (page: Page) => page.locator('[role="grid"] [role="row"][aria-selected]');

  it('leave every row as high and every column where it is', async () => {
    const page = await openList('hostile');
    const longest = rows(page).filter({ hasText: 'rbac-role-role-' });
    await longest.waitFor();
    const places = await rows(page).evaluateAll((all) => [
      ...new Set(all.map((row) => JSON.stringify([row, ...row.querySelectorAll('[data-cell]')].map((part) => [part.getBoundingClientRect().left, part.getBoundingClientRect().width, row.clientHeight])))),
    ]);
    expect(places).toHaveLength(1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
    expect(((await longest.textContent()) ?? '').length).toBeLessThan(2_000);
  });

  it('show a label that was asked for among 10,000', async () => {
    const page = await openList('hostile');
    await press(page, 'button[aria-label="Columns and order"]');
    await page.getByRole('textbox', { name: 'Add a label as a column' }).fill('label-9999');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await rows(page).first().getByText('v'.repeat(63)).waitFor();
  });

  it('are whole where the person asks for them', async () => {
    const page = await openList('hostile');
    await rows(page).filter({ hasText: 'rbac-role-role-' }).click();
    await page.keyboard.press('Enter');
    const details = page.getByRole('region', { name: 'Object' });
    const title = details.getByRole('heading', { name: /^Pod rbac-/ });
    const before = await title.boundingBox();
    expect(before?.height).toBeLessThan(200);
    await details.getByRole('button', { name: 'Show all' }).click();
    await expect.poll(async () => (await title.boundingBox())?.height ?? 0).toBeGreaterThan(1_000);
    expect(((await title.textContent()) ?? '').trim()).toHaveLength('Pod rbac-'.length + 200_000);
  });
});
