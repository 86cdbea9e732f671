/** The tour: five steps on the real controls of a practice cluster, by pointer and by keyboard alone, in both themes and in
 * a small window; left at any moment and found again. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { violations } from './axe';
import { openList, openPage, press } from './page';
import type { Look } from './page';

const patience = { timeout: 10_000 };
const rows = '[role="grid"] [role="row"][aria-selected]';

function card(page: Page) {
  return page.getByRole('region', { name: 'Tour' });
}

async function at(page: Page, step: number): Promise<void> {
  await card(page).getByText(`Step ${String(step)} of 5`).waitFor();
}

async function begin(look: Look = {}): Promise<Page> {
  const page = await openPage('welcome', look);
  await page.getByRole('button', { name: 'Open the practice clusters' }).click();
  await page.locator(rows).first().waitFor();
  await at(page, 1);
  return page;
}

function stepsKept(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { secateurFake } = globalThis as unknown as { secateurFake: { settingsRead: () => Promise<{ tourSteps: number }> } };
    return (await secateurFake.settingsRead()).tourSteps;
  });
}

type Box = { x: number; y: number; width: number; height: number };

function overlap(one: Box, other: Box): boolean {
  return one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height;
}

/** The card lies over nothing of what it points at, and inside the window. */
async function standsBeside(page: Page): Promise<void> {
  const pointed = page.locator('[data-pointed]');
  await pointed.waitFor();
  await expect.poll(async () => {
    const [own, target] = [await card(page).boundingBox(), await pointed.boundingBox()];
    const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
    if (own === null || target === null) return 'not there';
    if (own.x < 0 || own.y < 0 || own.x + own.width > width || own.y + own.height > height) return 'out of the window';
    return overlap(own, target) ? 'over it' : 'beside';
  }, patience).toBe('beside');
}

describe('by pointer', () => {
  for (const look of [{ theme: 'light' }, { theme: 'dark', width: 960, height: 600 }] as const) {
    it(`leads from the first row to the restored object, and axe objects to nothing on the way (${look.theme})`, async () => {
      const page = await begin(look);
      await standsBeside(page);
      expect(await violations(page)).toEqual([]);
      await press(page, rows);
      await at(page, 2);
      await page.locator('[role="grid"] [data-part="check"]').first().click();
      await page.locator('[data-tour="plan"][data-pointed]').waitFor();
      await standsBeside(page);
      await press(page, '[data-tour="plan"]');
      await at(page, 3);
      await standsBeside(page);
      await expect.poll(() => page.locator('dialog [data-tour="delete"] button').isEnabled(), patience).toBe(true);
      expect(await violations(page)).toEqual([]);
      await card(page).getByRole('button', { name: 'I have read it' }).click();
      await at(page, 4);
      await standsBeside(page);
      // A press within 400 ms of the button's being enabled is none.
      await expect.poll(async () => {
        if ((await page.getByRole('alertdialog').count()) > 0) await press(page, 'dialog [data-tour="delete"] button');
        return page.getByRole('alertdialog').count();
      }, patience).toBe(0);
      await at(page, 5);
      await standsBeside(page);
      await page.getByRole('button', { name: 'Receipts', exact: true }).click();
      await page.locator('[data-tour="deletion"][data-pointed]').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.locator('[role="row"][aria-level="2"]').first().click();
      await page.locator('[data-tour="restore"][data-pointed]').waitFor();
      await standsBeside(page);
      await page.locator('[data-tour="restore"]').click();
      await page.locator('[data-tour="create"][data-pointed]:not([disabled])').waitFor();
      await standsBeside(page);
      await page.locator('[data-tour="create"]').click();
      await card(page).getByText('That is all of it').waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await stepsKept(page)).toBe(5);
      await card(page).getByRole('button', { name: 'Done' }).click();
      expect(await card(page).count()).toBe(0);
      expect(await page.locator('[data-pointed]').count()).toBe(0);
    });
  }
});

for (const [width, height] of [[1440, 900], [960, 600], [600, 800]] as const) {
  it(`lies over no button of a sheet of many (${String(width)} x ${String(height)})`, async () => {
    const page = await begin({ width, height });
    for (const index of [0, 1]) await page.locator('[role="grid"] [data-part="check"]').nth(index).click();
    await press(page, '[data-tour="plan"]');
    await page.getByRole('heading', { name: /Delete 2 ConfigMaps/ }).waitFor();
    for (const step of [3, 4]) {
      await at(page, step);
      await expect.poll(async () => {
        const own = await card(page).boundingBox();
        const buttons = await Promise.all((await page.locator('dialog footer button').all()).map((button) => button.boundingBox()));
        if (own === null) return 'not there';
        const isOver = buttons.some((button) => button !== null && overlap(own, button));
        return isOver ? 'over a button' : 'over none';
      }, patience).toBe('over none');
      if (step === 3) await card(page).getByRole('button', { name: 'I have read it' }).click();
    }
  });
}

it('is taken by keyboard alone', async () => {
  const page = await begin({ theme: 'dark', width: 960, height: 600 });
  await page.locator('[role="grid"]').focus();
  await page.keyboard.press('Home');
  await at(page, 2);
  await page.keyboard.press('Space');
  await page.getByRole('region', { name: 'Marked objects' }).waitFor();
  await page.keyboard.press('Delete');
  await at(page, 3);
  // The card is a part of the sheet: Tab reaches it.
  const read = card(page).getByRole('button', { name: 'I have read it' });
  for (let presses = 0; presses < 20 && !(await read.evaluate((button) => button === document.activeElement)); presses += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await at(page, 4);
  const confirm = page.locator('dialog [data-tour="delete"] button');
  for (let presses = 0; presses < 20 && !(await confirm.evaluate((button) => button === document.activeElement)); presses += 1) await page.keyboard.press('Shift+Tab');
  await expect.poll(async () => {
    if ((await page.getByRole('alertdialog').count()) > 0) await page.keyboard.press('Space');
    return page.getByRole('alertdialog').count();
  }, patience).toBe(0);
  await at(page, 5);
  // It is a region like the others.
  for (let presses = 0; presses < 9 && !(await card(page).evaluate((own) => own.contains(document.activeElement))); presses += 1) await page.keyboard.press('F6');
  expect(await card(page).evaluate((own) => own.contains(document.activeElement))).toBe(true);
  await page.keyboard.press('Escape');
  expect(await card(page).count()).toBe(0);
});

describe('is left at any moment', () => {
  it('by the cross, by Esc, and goes on where it was', async () => {
    const page = await begin();
    await press(page, rows);
    await at(page, 2);
    await card(page).getByRole('button', { name: 'Leave the tour' }).click();
    expect(await card(page).count()).toBe(0);
    await page.getByRole('button', { name: 'Help: the keyboard and the tour' }).click();
    await page.getByRole('button', { name: 'Take the tour' }).click();
    await at(page, 2);
    // With nothing else open, Esc leaves it from the list, too.
    await page.locator('[role="grid"]').focus();
    await page.keyboard.press('Escape');
    await expect.poll(() => card(page).count()).toBe(0);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('tour');
    await page.getByRole('option', { name: /Take the tour/ }).waitFor();
    await page.keyboard.press('Enter');
    await at(page, 2);
  });

  it('Esc in a sheet cancels the sheet, and the review is taken again', async () => {
    const page = await begin();
    await press(page, rows);
    await page.keyboard.press('Space');
    await press(page, '[data-tour="plan"]');
    await at(page, 3);
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await at(page, 2);
  });
});

it('in a real cluster it says where it goes on, and opens practice', async () => {
  const page = await openList('list');
  await page.keyboard.press('?');
  await page.getByRole('button', { name: 'Take the tour' }).click();
  await at(page, 1);
  await page.getByRole('button', { name: /^payments-prod-eu,/ }).click();
  await card(page).getByText('The tour is in the practice clusters').waitFor();
  await card(page).getByRole('button', { name: 'Open the practice clusters' }).click();
  await at(page, 1);
});
