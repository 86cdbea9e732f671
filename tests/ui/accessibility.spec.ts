/** axe finds nothing to object to, on every page of this scope and in both themes. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { violations } from './axe';
import { openList, openPage, press } from './page';

type Place = [name: string, go: (theme: 'light' | 'dark') => Promise<Page>];

const places: Place[] = [
  ['the welcome page', (theme) => openPage('welcome', { theme })],
  ['a list with marks', (theme) => openList('marked', { theme })],
  ['a small window', (theme) => openList('marked', { theme, width: 960, height: 600 })],
  ['a list that was refused', async (theme) => {
    const page = await openPage('forbidden', { theme });
    await page.getByText('may not list').first().waitFor();
    return page;
  }],
  ['an empty list', async (theme) => {
    const page = await openPage('empty', { theme });
    await page.getByText('No Pods').first().waitFor();
    return page;
  }],
  ['a session that ended', async (theme) => {
    const page = await openPage('signedOut', { theme });
    await page.getByRole('region', { name: 'Sign in to payments-prod-us' }).waitFor();
    return page;
  }],
  ['a cluster that does not answer', async (theme) => {
    const page = await openPage('unreachable', { theme });
    await page.getByRole('button', { name: 'Try now' }).waitFor();
    return page;
  }],
  ['kubeconfig problems', (theme) => openList('problems', { theme })],
  ...(['Clusters', 'Trash and receipts', 'Appearance', 'Keyboard'] as const).map((tab): Place => [`the settings: ${tab}`, async (theme) => {
    const page = await openList('fleet', { theme });
    await page.keyboard.press('Control+,');
    await page.getByRole('tab', { name: tab }).click();
    if (tab === 'Clusters') {
      await page.getByRole('textbox', { name: 'Find a cluster' }).fill('payments');
      await page.locator('[role="grid"] [data-check]').first().click();
      await press(page, '[role="grid"] [role="row"][aria-selected]');
      await page.getByRole('complementary').waitFor();
    }
    return page;
  }]),
  ['the settings of a cluster that was never opened', async (theme) => {
    const page = await openList('list', { theme });
    await page.keyboard.press('Control+,');
    await page.getByRole('textbox', { name: 'Find a cluster' }).fill('kind-');
    await press(page, '[role="grid"] [role="row"][aria-selected]');
    await page.getByRole('button', { name: 'Open it now' }).waitFor();
    return page;
  }],
  ['the trash about to be emptied', async (theme) => {
    const page = await openList('list', { theme });
    await page.keyboard.press('Control+,');
    await page.getByRole('tab', { name: 'Trash and receipts' }).click();
    await press(page, 'button:has-text("Empty the trash…")');
    await page.getByRole('alertdialog').waitFor();
    return page;
  }],
  ['the question how careful to be', async (theme) => {
    const page = await openPage('unknownTier', { theme });
    await page.getByRole('button', { name: 'Later' }).waitFor();
    return page;
  }],
  ['a rail with groups and colours, and a tile’s menu', async (theme) => {
    const page = await openList('fleet', { theme });
    await page.getByRole('button', { name: /^payments-prod-us,/ }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Tier' }).click();
    await page.getByRole('menu', { name: 'Tier' }).waitFor();
    return page;
  }],
  ['a read-only cluster about to be unlocked', async (theme) => {
    const page = await openList('locked', { theme });
    await page.getByRole('button', { name: 'Unlock for 15 min…' }).first().click();
    await page.getByRole('dialog').waitFor();
    return page;
  }],
  ['a cluster that is unlocked, in a small window', async (theme) => {
    const page = await openList('locked', { theme, width: 960, height: 600 });
    await page.getByRole('button', { name: /^Read-only/ }).click();
    await page.getByRole('button', { name: 'Unlock for 15 min', exact: true }).click();
    await page.getByRole('button', { name: /^Unlocked until/ }).waitFor();
    return page;
  }],
  ['a filter with a token that is refused', async (theme) => {
    const page = await openList('list', { theme });
    const box = page.getByRole('combobox', { name: 'Filter this list' });
    for (const token of ['status:Running', 'field:spec.nodename=a']) {
      await box.fill(token);
      await page.keyboard.press('Enter');
    }
    await page.locator('.token-bad').waitFor();
    await box.pressSequentially('n');
    await page.getByRole('option').first().waitFor();
    return page;
  }],
  ['the columns, a label among them', async (theme) => {
    const page = await openList('list', { theme });
    await press(page, 'button[aria-label="Columns and order"]');
    await page.getByRole('textbox', { name: 'Add a label as a column' }).fill('app');
    await page.keyboard.press('Enter');
    await page.getByRole('columnheader', { name: 'app' }).waitFor();
    return page;
  }],
  ['a list of several clusters, and those that can be added', async (theme) => {
    const page = await openList('marked', { theme });
    await page.getByRole('button', { name: 'Add clusters to this list' }).click();
    for (const name of ['payments-prod-us', 'payments-staging-eu']) await page.getByRole('option', { name }).click();
    await page.getByRole('list', { name: 'Clusters of this list' }).getByText('Sign in').waitFor();
    return page;
  }],
  ['a thin rail with groups', (theme) => openList('fleet', { theme, width: 700, height: 440 })],
  ['the keyboard table', async (theme) => {
    const page = await openList('list', { theme });
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    return page;
  }],
  ['kinds with counts, recent ones, one that is served no longer and a group that is missing', async (theme) => {
    const page = await openList('list', { theme });
    const kinds = page.getByRole('navigation', { name: 'Kinds' });
    await kinds.getByRole('button', { name: 'Deployments' }).click();
    await kinds.getByRole('button', { name: 'KafkaTopics' }).click();
    await page.mouse.move(800, 400);
    await page.evaluate(() => {
      type Served = { world: { kinds: { kinds: { name: string }[] }; serve: (cluster: string, change: object) => void } };
      const { world } = (globalThis as unknown as { secateurFake: Served }).secateurFake;
      world.serve('c-payments-prod-eu', { kinds: world.kinds.kinds.filter(({ name }) => name !== 'KafkaTopic'), unavailable: ['metrics.k8s.io/v1beta1: its own server does not answer'] });
    });
    await page.getByText('payments-prod-eu no longer serves KafkaTopics.').first().waitFor();
    await kinds.getByText('1 API group missing').click();
    return page;
  }],
  ['the palette over many clusters', async (theme) => {
    const page = await openList('fleet', { theme });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('edge');
    await page.getByRole('option').first().waitFor();
    return page;
  }],
  ['the palette with what can be done, in a small window', async (theme) => {
    const page = await openList('marked', { theme, width: 700, height: 440 });
    await page.locator('[role="grid"]').focus();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('delete');
    await page.getByRole('option').nth(1).waitFor();
    return page;
  }],
  ['the palette where nothing matches', async (theme) => {
    const page = await openList('list', { theme });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('qqqq');
    await page.getByText('Nothing matches').waitFor();
    return page;
  }],
  ['the palette with rows that are not live', async (theme) => {
    const page = await openList('list', { theme });
    await page.evaluate(() => (globalThis as unknown as { secateurFake: { logOut: (id: string) => void } }).secateurFake.logOut('c-payments-prod-eu'));
    await page.getByRole('heading', { name: 'Sign in to payments-prod-eu' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('redis');
    await page.getByRole('option').first().waitFor();
    return page;
  }],
  ['the sign-in panel with a token', async (theme) => {
    const page = await openPage('signedOut', { theme });
    await page.getByRole('radio', { name: /^Use a token instead/ }).check({ force: true });
    await page.getByRole('textbox', { name: 'Token' }).fill('bad');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('did not accept').waitFor();
    return page;
  }],
  ['the sign-in panel with a plugin at work', async (theme) => {
    const page = await openPage('signedOut', { theme, width: 960, height: 600 });
    await page.getByRole('region', { name: /^Sign in to/ }).getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('QRXM-BTLD').waitFor();
    return page;
  }],
  ['the question whether a program may run', async (theme) => {
    const page = await openPage('consent', { theme });
    await page.getByRole('button', { name: 'Run it' }).waitFor();
    return page;
  }],
  ['what it means that a certificate is not checked', async (theme) => {
    const page = await openList('insecure', { theme });
    await page.locator('.banner').getByRole('button', { name: 'Show' }).click();
    await page.getByRole('region', { name: /is not checked$/ }).waitFor();
    return page;
  }],
  ['the sheet that adds clusters, with what became of it', async (theme) => {
    const page = await openPage('welcome', { theme });
    await page.getByRole('button', { name: 'Paste a kubeconfig…' }).click();
    const sheet = page.getByRole('dialog', { name: 'Add clusters' });
    for (const text of ['contexts:\n- name: one\n', 'hello']) {
      await sheet.getByRole('textbox').fill(text);
      await sheet.getByRole('button', { name: 'Add what is pasted' }).click();
    }
    await sheet.getByText('Nothing was added.').waitFor();
    return page;
  }],
  ['a cluster about to be taken off the list, and one that was', async (theme) => {
    const page = await openList('list', { theme });
    await page.keyboard.press('Control+,');
    for (const name of ['kind-scratch', 'ci-runners-dev']) {
      await page.getByRole('button', { name: new RegExp(`^${name},`) }).click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Remove from list…' }).click();
      if (name === 'kind-scratch') await page.getByRole('button', { name: 'Remove from the list' }).click();
    }
    await page.getByRole('alertdialog').waitFor();
    return page;
  }],
  ['the menu of kinds on the title', async (theme) => {
    const page = await openList('list', { theme, width: 960, height: 600 });
    await press(page, 'h1 button');
    await page.getByRole('dialog', { name: 'Kinds' }).waitFor();
    return page;
  }],
  ['a thin rail and a short window', (theme) => openList('marked', { theme, width: 700, height: 440 })],
  ['a cluster whose certificate is not checked', (theme) => openList('insecure', { theme })],
  ['the panel of a job', async (theme) => {
    const page = await openList('marked', { theme });
    await press(page, 'button:has-text("Plan deletion")');
    await page.getByRole('alertdialog').getByRole('textbox').fill('payments-prod-eu');
    await expect.poll(() => page.getByRole('button', { name: 'Delete 7 objects' }).isEnabled(), { timeout: 5_000 }).toBe(true);
    await expect.poll(async () => {
      if (await page.getByRole('alertdialog').count()) await press(page, 'dialog button:has-text("Delete 7")');
      return page.getByRole('complementary', { name: 'Job' }).count();
    }).toBe(1);
    await page.getByText('6 of 7 are gone. 1 is still there: 1 came back.').first().waitFor();
    return page;
  }],
  ['an interrupted job', async (theme) => {
    const page = await openPage('interrupted', { theme });
    await press(page, 'button:has-text("Show the job")');
    await page.getByRole('button', { name: 'Plan what is left…' }).waitFor();
    return page;
  }],
  ['the sheet for many', async (theme) => {
    const page = await openList('marked', { theme });
    await press(page, 'button:has-text("Plan deletion")');
    await page.getByRole('alertdialog').getByRole('textbox').waitFor();
    return page;
  }],
  ['the sheet with refusals, options and changes', async (theme) => {
    const page = await openList('mixed', { theme });
    await press(page, 'button:has-text("Plan deletion")');
    await page.getByText('2 objects would be refused and stay').waitFor({ timeout: 5_000 });
    await page.getByRole('button', { name: 'Change options' }).click();
    for (let time = 0; time < 2; time += 1) await page.evaluate(() => (globalThis as unknown as { secateurFake: { replaceFirstTarget: () => void } }).secateurFake.replaceFirstTarget());
    await page.getByRole('button', { name: 'Show all' }).last().click();
    return page;
  }],
  ['the sheet over a read-only cluster', async (theme) => {
    const page = await openList('locked', { theme });
    await press(page, 'button:has-text("Plan deletion")');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Unlock for 15 min…' }).click();
    return page;
  }],
  ['the sheet over a cluster without a tier', async (theme) => {
    const page = await openPage('unknownTier', { theme });
    await press(page, 'button:has-text("Plan deletion")');
    await page.getByRole('group', { name: 'Tier of kind-scratch' }).waitFor();
    return page;
  }],
  ['the sheet for one', async (theme) => {
    const page = await openList('list', { theme });
    await page.locator('[role="grid"]').focus();
    await page.keyboard.press('Delete');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).waitFor();
    return page;
  }],
];

describe.each(['light', 'dark'] as const)('in the %s theme axe objects to nothing on', (theme) => {
  it.each(places)('%s', async (_, go) => {
    expect(await violations(await go(theme))).toEqual([]);
  });
});
