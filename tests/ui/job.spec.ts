/** The job panel: three clusters at once, one that slows down, one that ends the session, one job of an earlier run. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';

import { openPage, press } from './page';
import type { Look } from './page';

/** The job of picture 06, a moment after its confirmation. */
async function bulk(look: Look = {}): Promise<Page> {
  const page = await openPage('bulk', look);
  await press(page, 'button:has-text("Plan deletion")');
  await page.getByRole('alertdialog').getByRole('textbox').fill('payments-prod-us');
  await expect.poll(() => page.getByRole('button', { name: 'Delete 1,000 ConfigMaps' }).isEnabled(), { timeout: 5_000 }).toBe(true);
  await expect.poll(async () => {
    if (await page.getByRole('alertdialog').count()) await press(page, 'dialog .delete button');
    return page.getByRole('complementary', { name: 'Job' }).count();
  }, { timeout: 5_000 }).toBe(1);
  return page;
}

const panel = (page: Page) => page.getByRole('complementary', { name: 'Job' });

it('pauses one cluster that ended the session while the others go on, until it is signed in', async () => {
  const page = await bulk();
  const lane = panel(page).getByRole('region', { name: 'payments-prod-us' });
  await lane.getByText('Paused: sign in again').waitFor({ timeout: 10_000 });
  await panel(page).getByRole('region', { name: 'ci-runners-dev' }).getByText('260 of 260 settled').waitFor({ timeout: 10_000 });
  expect(await panel(page).getByText('payments-prod-us waits for you').count()).toBe(1);
  expect(await page.getByRole('contentinfo').innerText()).toContain('payments-prod-us waits for you');
  await lane.getByRole('button', { name: 'Sign in' }).click();
  await lane.getByText('400 of 400 settled').waitFor({ timeout: 15_000 });
});

it('says of a busy server when it goes on, and counts down', async () => {
  const page = await bulk();
  const lane = panel(page).getByRole('region', { name: 'payments-staging-eu' });
  await lane.getByText(/^Goes on in [67] s$/).waitFor({ timeout: 10_000 });
  await lane.getByText(/^Goes on in [45] s$/).waitFor({ timeout: 5_000 });
});

it('keeps Stop where it is when Pause becomes Resume, and sends nothing while it is paused', async () => {
  const page = await bulk();
  const stop = panel(page).getByRole('button', { name: 'Stop' });
  const before = await stop.boundingBox();
  await panel(page).getByRole('button', { name: 'Pause' }).click();
  await panel(page).getByRole('button', { name: 'Resume' }).waitFor();
  expect(await stop.boundingBox()).toEqual(before);
  const counted = async (name: RegExp) => Number((await panel(page).getByRole('button', { name }).innerText()).replaceAll(/\D/g, ''));
  const left = await counted(/^Waiting/);
  expect(left).toBeGreaterThan(0);
  await stop.click();
  await panel(page).getByText(/^Stopped by you/).waitFor();
  expect([await counted(/^Waiting/), await counted(/^Not sent/)]).toEqual([0, left]);
});

it('filters by outcome, by mouse and by keyboard', async () => {
  const page = await bulk();
  const refused = panel(page).getByRole('button', { name: /^Refused 1/ });
  await refused.waitFor({ timeout: 10_000 });
  await refused.focus();
  await page.keyboard.press('Enter');
  const rows = panel(page).getByRole('table').getByRole('row').filter({ hasText: 'Refused' });
  await expect.poll(() => panel(page).getByRole('table').getByRole('row').filter({ hasText: 'ci-pr' }).count()).toBe(1);
  await rows.getByText('release config is kept for audit', { exact: false }).waitFor();
  await panel(page).getByRole('button', { name: /^All/ }).click();
  await expect.poll(() => panel(page).getByRole('table').getByRole('row').filter({ hasText: 'ci-pr' }).count()).toBeGreaterThan(5);
});

it('tells of an interrupted job, and goes on with it only when asked', async () => {
  const page = await openPage('interrupted');
  await page.getByText('A job was interrupted: 9 gone, 2 unknown, 13 not sent.', { exact: false }).first().waitFor();
  await page.keyboard.press('Control+j');
  await panel(page).getByRole('button', { name: 'Resume' }).click();
  await panel(page).getByText(/of 24 are gone|All 24 ConfigMaps are gone/).first().waitFor({ timeout: 10_000 });
});

it('plans what an interrupted job left, and forgets it when it is dismissed', async () => {
  const page = await openPage('interrupted');
  await press(page, 'button:has-text("Show the job")');
  await panel(page).getByRole('button', { name: 'Plan what is left…' }).click();
  await page.getByRole('alertdialog').getByRole('heading', { name: /^Delete (13 of )?15 ConfigMaps in 2 clusters\?$/ }).waitFor();
  await page.keyboard.press('Escape');
  await panel(page).getByRole('button', { name: 'Dismiss' }).click();
  await panel(page).getByRole('button', { name: 'Resume' }).waitFor({ state: 'detached' });
});
