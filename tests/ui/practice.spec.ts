/** Practice clusters: found without a cluster and beside others, marked so that nobody takes them for real, and never in
 * one plan or list with real ones. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { violations } from './axe';
import { openList, openPage, press } from './page';

const rows = '[role="grid"] [role="row"][aria-selected]';

/** Marks the first row of the ConfigMaps of a cluster. */
async function mark(page: Page, cluster: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${cluster},`) }).click();
  await page.getByRole('navigation', { name: 'Kinds' }).getByRole('button', { name: /^ConfigMaps/ }).click();
  await page.locator(rows).first().waitFor();
  await page.locator('[role="grid"] [data-part="check"]').nth(1).click();
}

describe('without a cluster', () => {
  it('the welcome page offers practice and adding a cluster, and practice opens where the least is at stake', async () => {
    const page = await openPage('welcome');
    await page.getByRole('heading', { name: 'Try it on practice clusters' }).waitFor();
    await page.getByRole('heading', { name: 'Add a cluster' }).waitFor();
    await page.getByRole('button', { name: 'Open the practice clusters' }).click();
    await page.locator(rows).first().waitFor();
    expect(await page.title()).toBe('ConfigMaps · garden-development (practice, plays development) · Secateur');
    expect(await page.locator('.edge-practice').count()).toBe(1);
  });

  it('closing practice leads back to the welcome page', async () => {
    const page = await openPage('welcome');
    await page.getByRole('button', { name: 'Open the practice clusters' }).click();
    await page.locator(rows).first().waitFor();
    await page.getByRole('button', { name: /^garden-development,/ }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Close practice' }).click();
    await page.getByRole('heading', { name: 'No cluster yet' }).waitFor();
  });
});

describe('beside real clusters', () => {
  it('is found in the settings, in the palette and in the menu of the rail', async () => {
    const page = await openList('list');
    await page.getByRole('button', { name: 'Add clusters', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Open the practice clusters' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('practice');
    await page.getByRole('option', { name: /Open the practice clusters/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+,');
    const part = page.getByRole('region', { name: 'Practice clusters' });
    await part.getByRole('button', { name: 'Open the practice clusters' }).click();
    await page.getByRole('button', { name: /^garden-production, practice, plays production/ }).waitFor();
    await page.keyboard.press('Control+,');
    await part.getByRole('button', { name: 'Close practice' }).click();
    await part.getByRole('button', { name: 'Open the practice clusters' }).waitFor();
    expect(await page.getByRole('button', { name: /^garden-/ }).count()).toBe(0);
  });

  it('says practice and what it plays wherever a tier stands', async () => {
    const page = await openList('practising');
    await page.getByRole('button', { name: /^garden-production, practice, plays production/ }).waitFor();
    const head = page.getByRole('navigation', { name: 'Kinds' });
    expect(await head.locator('.chip-practice').innerText()).toBe('practice');
    await head.getByText('plays production').waitFor();
    expect(await page.title()).toContain('(practice, plays production)');
    await page.getByRole('button', { name: 'Unlock for 15 min…' }).first().click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.locator('.band-practice').innerText()).toMatch(/practice\s+plays production/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+,');
    await page.getByRole('textbox', { name: 'Find a cluster' }).fill('garden-production');
    await page.getByRole('gridcell', { name: /practice ?, plays production/ }).waitFor();
    await press(page, rows);
    await page.getByRole('complementary', { name: 'Settings of garden-production' }).getByText('It is treated as a real one of that tier.').waitFor();
  });

  it('marks of both are reviewed apart, and each review is of its own', async () => {
    const page = await openList('practice');
    await mark(page, 'ci-runners-dev');
    await mark(page, 'garden-development');
    const tray = page.getByRole('region', { name: 'Marked objects' });
    await tray.getByText('Practice clusters and real ones have no plan together').waitFor();
    for (const [part, cluster, other] of [['practice', 'garden-development', 'ci-runners-dev'], ['real', 'ci-runners-dev', 'garden-development']] as const) {
      await tray.getByRole('button', { name: `Review 1 ${part}…` }).click();
      const sheet = page.getByRole('alertdialog');
      await sheet.getByText(cluster).first().waitFor();
      expect(await sheet.innerText()).not.toContain(other);
      await sheet.getByRole('button', { name: 'Cancel' }).click();
      await sheet.waitFor({ state: 'detached' });
    }
    // The key plans all that is marked: it says why that cannot be.
    await page.locator('[role="grid"]').focus();
    await page.keyboard.press('Delete');
    await page.getByRole('alertdialog').getByText('A plan is of practice clusters or of real ones').first().waitFor();
  });

  it('a list takes practice clusters or real ones', async () => {
    const page = await openList('practising');
    await page.getByRole('button', { name: 'Add clusters to this list' }).click();
    const offered = page.getByRole('option');
    await offered.first().waitFor();
    expect(await offered.allInnerTexts()).toEqual([expect.stringContaining('garden-development')]);
  });

  it('a reset forgets what is marked in practice, and nothing else', async () => {
    const page = await openList('practice');
    await mark(page, 'ci-runners-dev');
    await mark(page, 'garden-development');
    await page.getByRole('button', { name: /^garden-development,/ }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Reset the practice clusters' }).click();
    const tray = page.getByRole('region', { name: 'Marked objects' });
    await tray.getByText('1 marked').waitFor();
    await tray.getByRole('button', { name: 'Plan deletion of 1…' }).waitFor();
  });
});

describe('axe finds nothing to object to', () => {
  for (const theme of ['light', 'dark'] as const) {
    it(`in a practice cluster beside real ones (${theme})`, async () => {
      const page = await openList('practising', { theme });
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Control+,');
      await page.getByRole('region', { name: 'Practice clusters' }).waitFor();
      expect(await violations(page)).toEqual([]);
    });

    it(`with marks of both, in a small window (${theme})`, async () => {
      const page = await openList('practice', { theme });
      await mark(page, 'ci-runners-dev');
      await mark(page, 'garden-development');
      await page.setViewportSize({ width: 960, height: 720 });
      await page.getByText('have no plan together').waitFor();
      expect(await violations(page)).toEqual([]);
    });
  }
});
