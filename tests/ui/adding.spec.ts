/** Adding clusters, taking them off the list, and the headers that their proxies ask for. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList, openPage, type Look } from './page';

type Host = { secateurFake: { drag: (drag: string, paths?: string[]) => void; world: { clusters: { id: string; name: string; headers: string[]; isAdded: boolean }[]; hidden: { id: string }[]; shell: { declined: string | null } } } };

const config = 'apiVersion: v1\nkind: Config\ncontexts:\n- name: one\n- name: payments-prod-eu\n';
const names = (page: Page) => page.evaluate(() => (globalThis as unknown as Host).secateurFake.world.clusters.map(({ name }) => name));
const sheet = (page: Page) => page.getByRole('dialog', { name: 'Add clusters' });
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent.trim() ?? '');

async function openSettings(look: Look = {}, of: string | null = null): Promise<Page> {
  const page = await openList('list', look);
  await page.keyboard.press('Control+,');
  if (of !== null) {
    await page.getByRole('textbox', { name: 'Find a cluster' }).fill(of);
    await page.locator('[role="grid"] [role="row"][aria-selected]', { hasText: of }).first().click();
    await page.getByRole('complementary', { name: `Settings of ${of}` }).waitFor();
  }
  return page;
}

async function openSheet(look: Look = {}): Promise<Page> {
  const page = await openSettings(look);
  await page.getByRole('button', { name: 'Add clusters…' }).click();
  await sheet(page).waitFor();
  return page;
}

/** What the host tells of files that the person drags. */
const drag = (page: Page, ...told: [drag: string, paths?: string[]]) => page.evaluate((of) => (globalThis as unknown as Host).secateurFake.drag(...of), told);

describe('adding clusters', () => {
  it('by a text says what is new, what was known, and where it is from; then the text is gone', async () => {
    const page = await openSheet();
    await sheet(page).getByRole('textbox', { name: 'Paste a kubeconfig' }).fill(config);
    await sheet(page).getByRole('button', { name: 'Add what is pasted' }).click();
    await sheet(page).getByText('1 cluster was added.').waitFor();
    await sheet(page).getByText('In the list already: payments-prod-eu.').waitFor();
    expect(await sheet(page).getByRole('textbox').inputValue()).toBe('');
    await page.keyboard.press('Escape');
    await expect.poll(() => sheet(page).count()).toBe(0);
    await expect.poll(() => focused(page)).toBe('Add clusters…');
    await page.locator('[role="row"]', { hasText: 'one' }).getByText('added in Secateur').waitFor();
  });

  it('by a text that is no kubeconfig says why, with the line, and keeps it to be mended', async () => {
    const page = await openSheet();
    await sheet(page).getByRole('textbox').fill('hello');
    await sheet(page).getByRole('button', { name: 'Add what is pasted' }).click();
    await sheet(page).getByText('pasted text, line 1: this is no kubeconfig: it has no contexts.').waitFor();
    expect(await sheet(page).getByRole('textbox').inputValue()).toBe('hello');
  });

  it('by a file opens nothing until the person does', async () => {
    const page = await openSheet();
    await sheet(page).getByRole('button', { name: 'Choose files…' }).click();
    await sheet(page).getByText('1 cluster was added.').waitFor();
    expect(await page.title()).toBe('Settings · Secateur');
    await sheet(page).getByRole('button', { name: 'Open picked-dev' }).click();
    await expect.poll(() => page.title()).toContain('picked-dev');
  });

  it('by a drop anywhere shows that it can be dropped, what was added, and which file is none', async () => {
    const page = await openList('list');
    await drag(page, 'over');
    await page.getByText('Drop to add clusters').waitFor();
    await drag(page, 'left');
    await expect.poll(() => page.getByText('Drop to add clusters').count()).toBe(0);
    await drag(page, 'over');
    await drag(page, 'dropped', ['/home/a/one.yaml', '/home/a/notes.txt']);
    await sheet(page).getByText('1 cluster was added.').waitFor();
    await sheet(page).getByText('/home/a/notes.txt, line 1: not a kubeconfig.').waitFor();
    expect(await names(page)).toContain('one');
    // And once more, into the sheet that is open now.
    await drag(page, 'over');
    await sheet(page).getByText('Drop to add clusters').waitFor();
    await drag(page, 'dropped', ['/home/a/two.yaml']);
    await sheet(page).getByRole('button', { name: 'Open two' }).waitFor();
    await sheet(page).getByText('Or drop kubeconfig files').waitFor();
  });

  it('does not touch a sheet that asks about something else, and says so after it', async () => {
    const page = await openList('list');
    await page.locator('[role="grid"]').focus();
    await page.keyboard.press('Delete');
    await page.getByRole('alertdialog').waitFor();
    await drag(page, 'over');
    await drag(page, 'dropped', ['/home/a/one.yaml']);
    await page.getByText('What was dropped was not added.').waitFor();
    expect(await page.getByText('Drop to add clusters').count()).toBe(0);
    expect(await names(page)).not.toContain('one');
    expect(await sheet(page).count()).toBe(0);
  });

  it('is offered to who has none, on the welcome page and in the rail', async () => {
    const page = await openPage('welcome');
    await page.getByRole('button', { name: 'Add a cluster' }).click();
    await sheet(page).getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: 'Paste a kubeconfig…' }).click();
    await sheet(page).getByRole('textbox').fill(config);
    await sheet(page).getByRole('button', { name: 'Add what is pasted' }).click();
    await sheet(page).getByText('2 clusters were added.').waitFor();
    await sheet(page).getByRole('button', { name: 'Close' }).click();
    await page.getByRole('button', { name: /^one, unknown tier/ }).waitFor();
  });
});

describe('kubeconfigs that only the login shell names', () => {
  const value = 'KUBECONFIG=/home/alex/.kube/config:/home/alex/edge/clusters.yaml';
  const banner = (page: Page) => page.getByText(`Your login shell sets ${value}.`);

  it('are offered beside a list, used once agreed to, and the settings say so and undo it', async () => {
    const page = await openList('shell');
    await banner(page).waitFor();
    expect(await names(page)).not.toContain('of-the-shell');
    await page.getByRole('button', { name: 'Use it' }).click();
    await expect.poll(() => names(page)).toContain('of-the-shell');
    await expect.poll(() => banner(page).count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(false);
    await page.keyboard.press('Control+,');
    const sources = page.getByRole('region', { name: 'Kubeconfigs of your login shell' });
    await sources.getByText(`Also read, as your login shell says: ${value}`).waitFor();
    await sources.getByRole('button', { name: 'Stop using it' }).click();
    await sources.getByText(`Your login shell sets ${value}, which is not used`).waitFor();
    expect(await names(page)).not.toContain('of-the-shell');
    await sources.getByRole('button', { name: 'Use it' }).click();
    await expect.poll(() => names(page)).toContain('of-the-shell');
  });

  it('put away for now are left to the settings', async () => {
    const page = await openList('shell');
    await page.getByRole('button', { name: 'Not now' }).click();
    await expect.poll(() => banner(page).count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(false);
    await page.keyboard.press('Control+,');
    await page.getByRole('region', { name: 'Kubeconfigs of your login shell' }).getByRole('button', { name: 'Use it' }).waitFor();
  });

  it('are offered to who has no cluster, and then there is one', async () => {
    const page = await openPage('shellOnly');
    await page.getByRole('heading', { name: 'No cluster yet' }).waitFor();
    await banner(page).waitFor();
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.getByRole('heading', { name: 'No cluster is open' }).waitFor();
    await page.getByRole('button', { name: /^of-the-shell/ }).first().waitFor();
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(false);
  });

  it('that are declined are asked about no more', async () => {
    const page = await openPage('shellOnly');
    await page.getByRole('button', { name: 'Don’t ask again' }).click();
    await expect.poll(() => banner(page).count()).toBe(0);
    expect(await page.evaluate(() => (globalThis as unknown as Host).secateurFake.world.shell.declined)).not.toBeNull();
  });
});

describe('taking a cluster off the list', () => {
  it('says what stays, begins on Cancel, and can be undone in the settings', async () => {
    const page = await openSettings({}, 'payments-prod-us');
    await page.getByRole('button', { name: 'Remove from list…' }).click();
    const asked = page.getByRole('alertdialog', { name: 'Remove payments-prod-us from the list?' });
    await asked.getByText('The cluster and ~/.kube/config stay as they are.').waitFor();
    await expect.poll(() => focused(page)).toBe('Cancel');
    await page.keyboard.press('Enter');
    await expect.poll(() => asked.count()).toBe(0);
    expect(await names(page)).toContain('payments-prod-us');
    await page.getByRole('button', { name: 'Remove from list…' }).click();
    await asked.getByRole('button', { name: 'Remove from the list' }).click();
    await expect.poll(() => names(page)).not.toContain('payments-prod-us');
    await page.getByRole('button', { name: '1 removed from the list' }).click();
    await page.getByRole('button', { name: 'Show payments-prod-us again' }).click();
    await expect.poll(() => names(page)).toContain('payments-prod-us');
  });

  it('that is on screen leaves nothing of it there', async () => {
    const page = await openList('list');
    await page.getByRole('button', { name: 'Actions for payments-prod-eu' }).click();
    await page.getByRole('menuitem', { name: 'Remove from list…' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove from the list' }).click();
    await page.getByRole('heading', { name: 'No cluster is open' }).waitFor();
    expect(await page.title()).toBe('Secateur');
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(false);
  });
});

describe('extra request headers', () => {
  it('are kept with their values, which are never shown again', async () => {
    const page = await openSettings({}, 'ci-runners-dev');
    const panel = page.getByRole('complementary');
    await panel.getByRole('button', { name: 'Add a header' }).click();
    await page.keyboard.type('X-Proxy-Key');
    await panel.getByLabel('Value of X-Proxy-Key').fill('s3cret');
    await panel.getByRole('button', { name: 'Keep headers' }).click();
    const value = panel.getByLabel('Value of X-Proxy-Key');
    await expect.poll(() => value.getAttribute('placeholder')).toBe('stays as it is');
    expect(await value.inputValue()).toBe('');
    expect(await page.locator('body').innerHTML()).not.toContain('s3cret');
    expect(await page.evaluate(() => (globalThis as unknown as Host).secateurFake.world.clusters.find(({ name }) => name === 'ci-runners-dev')?.headers)).toEqual(['X-Proxy-Key']);
  });

  it('that Secateur sets itself are refused in place', async () => {
    const page = await openSettings({}, 'ci-runners-dev');
    await page.getByRole('button', { name: 'Add a header' }).click();
    await page.keyboard.type('Authorization');
    await page.getByText('Authorization is set by Secateur itself.').first().waitFor();
    expect(await page.getByRole('button', { name: 'Keep headers' }).isDisabled()).toBe(true);
  });
});
