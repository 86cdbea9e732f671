/** The filter box: text at once, tokens, what is refused, what is offered. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList, press } from './page';

const box = (page: Page) => page.getByRole('combobox', { name: 'Filter this list' });
const rows = (page: Page) => page.locator('[role="grid"] [role="row"][aria-selected]');
const tokens = (page: Page) => page.locator('[aria-label="Tokens of the filter"] li').allInnerTexts().then((all) => all.map((text) => text.replace(/\s+/g, ' ').trim()));

async function all(page: Page): Promise<void> {
  await press(page, 'main button:has-text("Namespaces")');
  await page.getByRole('dialog').getByRole('button', { name: /^All namespaces/ }).click();
  await expect.poll(() => rows(page).count()).toBeGreaterThan(15);
}

describe('the filter box', () => {
  it('filters by text at once and by a token on Enter', async () => {
    const page = await openList('list');
    await all(page);
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');
    await page.keyboard.press('/');
    await page.keyboard.type('checkout');
    await expect.poll(() => page.locator('main .count').innerText()).toBe('20 of 21 match');
    await page.keyboard.type(' status:CrashLoopBackOff');
    await page.keyboard.press('Enter');
    await expect.poll(() => rows(page).count()).toBe(2);
    expect(await tokens(page)).toEqual(['status CrashLoopBackOff']);
    expect(await box(page).inputValue()).toBe('checkout');
    await page.keyboard.type(' label=app in (checkout-ledger, checkout-api)');
    await page.keyboard.press('Tab');
    await expect.poll(() => tokens(page)).toEqual(['status CrashLoopBackOff', 'label app in (checkout-ledger, checkout-api)']);
    expect(await box(page).evaluate((element) => document.activeElement === element)).toBe(true);
  });

  it('selects the last token with Backspace, and removes it with the next', async () => {
    const page = await openList('list');
    await box(page).fill('ns:payments-prod');
    await page.keyboard.press('Enter');
    await expect.poll(() => tokens(page)).toEqual(['ns payments-prod']);
    await page.keyboard.press('Backspace');
    await page.locator('.token-selected').waitFor();
    expect(await tokens(page)).toEqual(['ns payments-prod']);
    await page.keyboard.press('Backspace');
    await expect.poll(() => tokens(page)).toEqual([]);
  });

  it('says why a token is refused, and keeps what was shown', async () => {
    const page = await openList('list');
    await all(page);
    const before = await rows(page).count();
    await box(page).fill('field:spec.nodename=ip-10');
    await page.keyboard.press('Enter');
    await page.getByText('Pods have no field spec.nodename. Did you mean spec.nodeName?', { exact: true }).first().waitFor();
    expect(await page.locator('.token-bad').count()).toBe(1);
    expect(await rows(page).count()).toBe(before);
    // Enter on the selected token puts it back, to be mended.
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    expect(await box(page).inputValue()).toBe('field:spec.nodename=ip-10');
    expect(await page.locator('.token-bad').count()).toBe(0);
  });

  it('offers the words of tokens and the namespaces that are known', async () => {
    const page = await openList('list');
    await box(page).pressSequentially('n');
    await expect.poll(() => page.getByRole('option').allInnerTexts().then((texts) => texts.map((text) => text.split('\n')[0]))).toEqual(['ns:', 'name:', 'node:', 'nominated-node:']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.type('led');
    await page.getByRole('option', { name: 'ledger' }).click();
    expect(await box(page).inputValue()).toBe('ns:ledger');
    await page.keyboard.press('Escape');
    expect(await box(page).inputValue()).toBe('');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');
  });

  it('says what nothing matched, with a way to clear it', async () => {
    const page = await openList('list');
    await all(page);
    await box(page).fill('label=part-of=chekout');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'No Pod matches' }).waitFor();
    await page.getByText('21 Pods in 19 namespaces, none match label part-of=chekout.').waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).last().click();
    await expect.poll(() => rows(page).count()).toBeGreaterThan(15);
    expect(await tokens(page)).toEqual([]);
  });
});
