/** The delete sheet as hands meet it: held, typed, locked, still being worked out, changing while it is open. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList, openPage, press } from './page';
import type { Look } from './page';

type Host = { secateurFake: { replaceFirstTarget: () => void; jobsRead: () => Promise<unknown[]> } };

async function plan(scenario: string, look: Look = {}): Promise<Page> {
  const page = scenario === 'unknownTier' ? await openPage(scenario, look) : await openList(scenario, look);
  await press(page, 'button:has-text("Plan deletion")');
  await page.getByRole('alertdialog').waitFor();
  return page;
}

/** Two ConfigMaps of a development cluster: several objects ask to hold. */
async function planHold(look: Look = {}): Promise<Page> {
  const page = await openList('list', look);
  await page.getByRole('button', { name: /^ci-runners-dev/ }).click();
  await press(page, 'nav button:has-text("ConfigMaps")');
  const rows = page.getByRole('grid').getByRole('row', { selected: false });
  await rows.nth(1).waitFor();
  await rows.nth(0).click();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await press(page, 'button:has-text("Plan deletion")');
  await expect.poll(() => page.getByRole('button', { name: 'Delete 2 ConfigMaps' }).isEnabled(), { timeout: 5_000 }).toBe(true);
  return page;
}

const jobCount = (page: Page) => page.evaluate(async () => (await (globalThis as unknown as Host).secateurFake.jobsRead()).length);
const topOf = async (page: Page, name: string) => (await page.getByRole('button', { name }).boundingBox())?.y;

describe('held', () => {
  it('deletes when Delete is held by the pointer, and not when it is let go', async () => {
    const page = await planHold();
    const box = await page.getByRole('button', { name: 'Delete 2 ConfigMaps' }).boundingBox();
    if (!box) throw new Error('Delete has no place');
    await page.mouse.move(box.x + 20, box.y + 10);
    // The button takes no press within 400 ms of becoming enabled: held again until it fills.
    await expect.poll(async () => {
      await page.mouse.down();
      const isFilling = await page.locator('.delete-holding').count();
      if (!isFilling) await page.mouse.up();
      return isFilling;
    }).toBe(1);
    await page.mouse.up();
    expect(await page.locator('.delete-holding').count()).toBe(0);
    expect(await jobCount(page)).toBe(0);
    await page.mouse.down();
    await page.getByRole('alertdialog').waitFor({ state: 'detached', timeout: 5_000 });
    await page.mouse.up();
    expect(await jobCount(page)).toBe(1);
  });

  it('deletes when Space is held on Delete, and not before it is full', async () => {
    const page = await planHold();
    await page.locator('.delete button').focus();
    await expect.poll(async () => {
      await page.keyboard.down('Space');
      const isFilling = await page.locator('.delete-holding').count();
      if (!isFilling) await page.keyboard.up('Space');
      return isFilling;
    }).toBe(1);
    expect(await jobCount(page)).toBe(0);
    await page.getByRole('alertdialog').waitFor({ state: 'detached', timeout: 5_000 });
    await page.keyboard.up('Space');
    expect(await jobCount(page)).toBe(1);
  });

  it('deletes by the count and a press', async () => {
    const page = await planHold();
    await page.getByLabel('Hold Delete, or type 2').fill('2');
    await expect.poll(async () => {
      if (await page.getByRole('alertdialog').count()) await press(page, 'dialog button:has-text("Delete 2")');
      return page.getByRole('alertdialog').count();
    }).toBe(0);
    expect(await jobCount(page)).toBe(1);
  });

  it('fills in four steps where motion is reduced', async () => {
    const page = await planHold({ reducedMotion: 'reduce' });
    const fill = page.locator('.delete .fill');
    await page.locator('.delete').evaluate((element) => element.classList.add('delete-holding'));
    expect(await fill.evaluate((element) => getComputedStyle(element).transitionTimingFunction)).toBe('steps(4)');
    expect(await fill.evaluate((element) => getComputedStyle(element).transitionDuration)).toBe('1.2s');
  });
});

it('is walked through by Tab from the findings to Delete, with nothing between proof, Cancel and Delete', async () => {
  const page = await plan('mixed');
  await page.getByRole('textbox', { name: 'Type payments-prod-eu to delete' }).fill('payments-prod-eu');
  await expect.poll(() => page.getByRole('button', { name: 'Delete 9 objects' }).isEnabled(), { timeout: 5_000 }).toBe(true);
  await page.locator('[aria-label="What was found"]').focus();
  const seen: string[] = [];
  for (let step = 0; step < 40; step += 1) {
    const name = await page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent.trim() ?? '';
    });
    seen.push(name);
    if (name.startsWith('Delete 9 objects')) break;
    await page.keyboard.press('Tab');
  }
  const order = ['What was found', 'Targets', 'Change options', 'Type payments-prod-eu to delete', 'Cancel'].map((name) => seen.indexOf(name));
  expect(order).not.toContain(-1);
  expect([...order].sort((a, b) => a - b)).toEqual(order);
  expect(seen.slice(-3, -1)).toEqual(['Type payments-prod-eu to delete', 'Cancel']);
});

it('moves neither Cancel nor Delete while the plan is worked out, and shows how far it is', async () => {
  const page = await plan('mixed');
  const bar = page.getByRole('progressbar', { name: 'Working out the plan' });
  expect(await bar.getAttribute('aria-valuetext')).toMatch(/of 11 rehearsed$/);
  const before = [await page.getByRole('button', { name: 'Cancel' }).boundingBox(), await page.locator('.delete').boundingBox()];
  await bar.waitFor({ state: 'detached', timeout: 5_000 });
  await page.getByText('2 objects would be refused and stay').waitFor();
  expect([await page.getByRole('button', { name: 'Cancel' }).boundingBox(), await page.locator('.delete').boundingBox()]).toEqual(before);
});

it('leaves rows and buttons where they are when targets change, and sums many changes up', async () => {
  const page = await plan('marked');
  await page.getByText('Rehearsed at', { exact: false }).waitFor({ timeout: 5_000 });
  const row = page.getByRole('alertdialog').getByRole('row').filter({ hasText: 'ledger-worker' });
  const before = [(await row.boundingBox())?.y, await topOf(page, 'Cancel')];
  for (let time = 0; time < 3; time += 1) await page.evaluate(() => (globalThis as unknown as Host).secateurFake.replaceFirstTarget());
  await page.getByRole('alert').getByText('3 changes. The newest:', { exact: false }).waitFor();
  expect([(await row.boundingBox())?.y, await topOf(page, 'Cancel')]).toEqual(before);
  expect(await page.locator('dialog .name-out').count()).toBe(3);
});

it('unlocks a read-only cluster only after asking once more, then rehearses and asks for the proof', async () => {
  const page = await plan('locked');
  await page.getByText('payments-prod-eu is read-only').first().waitFor();
  expect(await page.getByRole('alertdialog').getByRole('textbox').count()).toBe(0);
  await page.getByRole('alertdialog').getByRole('button', { name: 'Unlock for 15 min…' }).click();
  await page.getByText('Let writes to this production cluster through for 15 min?').waitFor();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Unlock', exact: true }).click();
  await page.getByRole('textbox', { name: 'Type payments-prod-eu to delete' }).waitFor();
  await expect.poll(() => page.getByRole('row').filter({ hasText: 'accepted' }).count(), { timeout: 5_000 }).toBe(7);
});

it('asks for the tier of a cluster that has none, once', async () => {
  const page = await plan('unknownTier');
  const question = page.getByRole('group', { name: 'Tier of kind-scratch' });
  await question.getByRole('button', { name: 'Development' }).click();
  await question.waitFor({ state: 'detached' });
  expect(await page.getByRole('alertdialog').getByText('development').count()).toBe(1);
});

it("shows the server's words to a refusal when they are asked for", async () => {
  const page = await plan('mixed');
  const row = page.getByRole('row').filter({ hasText: 'gateway-routes' });
  await row.getByText('not part of this plan').waitFor({ timeout: 5_000 });
  expect(await row.getByText('edge routes need a change ticket').count()).toBe(0);
  await row.getByRole('button', { name: "Show the server's words" }).click();
  await row.getByText('edge routes need a change ticket').waitFor();
});
