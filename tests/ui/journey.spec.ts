/** From a row to its end, with the proof that each cluster asks for. */
import { expect, it } from 'vitest';

import { openList, openPage, press } from './page';

it('deletes the marked objects after the typed word, and says when they are gone', async () => {
  const page = await openList('marked');
  await press(page, 'button:has-text("Plan deletion")');
  const sheet = page.getByRole('alertdialog');
  await sheet.getByRole('textbox').fill('payments-prod-eu');
  const confirm = sheet.getByRole('button', { name: /^Delete 7/ });
  await expect.poll(() => confirm.isEnabled(), { timeout: 5_000 }).toBe(true);
  // The button takes no press within 400 ms of becoming enabled: pressed again until it is taken.
  await expect.poll(async () => {
    if (await sheet.count()) await press(page, 'dialog button:has-text("Delete 7")');
    return sheet.count();
  }).toBe(0);
  await page.getByRole('complementary', { name: 'Job' }).getByText('6 of 7 are gone. 1 is still there: 1 came back.').waitFor();
  expect(await page.getByRole('region', { name: 'Marked objects' }).count()).toBe(0);
});

it('deletes nothing with Enter', async () => {
  const page = await openList('marked');
  await press(page, 'button:has-text("Plan deletion")');
  const sheet = page.getByRole('alertdialog');
  await sheet.getByRole('textbox').fill('payments-prod-eu');
  await page.keyboard.press('Enter');
  await sheet.getByText('Space presses Delete').waitFor();
  const jobs = await page.evaluate(() => (globalThis as unknown as { secateurFake: { jobsRead: () => Promise<unknown[]> } }).secateurFake.jobsRead());
  expect(jobs).toEqual([]);
});

it('keeps rows, greyed, and the marks when the server ends the session', async () => {
  const page = await openList('marked');
  await page.evaluate(() => (globalThis as unknown as { secateurFake: { logOut: (id: string) => void } }).secateurFake.logOut('c-payments-prod-eu'));
  await page.getByRole('heading', { name: 'Sign in to payments-prod-eu' }).waitFor();
  await page.getByText('cannot be marked or deleted', { exact: false }).first().waitFor();
  expect(await page.locator('[role="grid"] [role="row"]').count()).toBeGreaterThan(5);
  await page.getByRole('region', { name: 'Marked objects' }).getByText('7 marked').waitFor();
  expect(await page.getByRole('alert').allInnerTexts()).toContainEqual(expect.stringContaining('Signed out of payments-prod-eu'));
});

it('tells of a certificate that is not trusted, naming the cluster, and offers no way round', async () => {
  const page = await openPage('untrusted');
  await page.getByRole('heading', { name: 'The certificate of payments-prod-eu is not trusted' }).waitFor();
  expect(await page.getByRole('button', { name: /anyway|accept|ignore/i }).count()).toBe(0);
});

it('names file, line and entry of a kubeconfig that cannot be used, with the rest working', async () => {
  const page = await openList('problems');
  await page.getByText('~/.kube/edge.yaml, line 31').first().waitFor();
  expect(await page.locator('[role="grid"] [role="row"]').count()).toBeGreaterThan(5);
});
