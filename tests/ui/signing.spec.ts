/** Signing in and out, consent, and what is said of a cluster that is not reached. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { openList, openPage, press, type Look } from './page';
import { enlarge, isWhollyVisible } from './windows';

type Change = Record<string, unknown>;
type Host = {
  secateurFake: {
    logOut: (id: string) => void;
    endPlugin: (id: string, isGood: boolean) => void;
    world: { setCluster: (id: string, change: Change) => void; clusters: { id: string; state: string; credential: Change }[] };
  } & Record<string, unknown>;
};

const EU = 'c-payments-prod-eu';
const panel = (page: Page, name = 'Sign in to payments-prod-eu') => page.getByRole('region', { name });
const logOut = (page: Page) => page.evaluate((id) => (globalThis as unknown as Host).secateurFake.logOut(id), EU);
const endPlugin = (page: Page, isGood: boolean) => page.evaluate(([id, good]) => (globalThis as unknown as Host).secateurFake.endPlugin(id as string, good as boolean), [EU, isGood]);
const set = (page: Page, change: Change) => page.evaluate(([id, to]) => (globalThis as unknown as Host).secateurFake.world.setCluster(id as string, to as Change), [EU, change]);
const cluster = (page: Page) => page.evaluate((id) => (globalThis as unknown as Host).secateurFake.world.clusters.find((known) => known.id === id), EU);
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent.trim() ?? '');

/** What the page asked the host for, by the name of the method. */
async function watch(page: Page, method: string): Promise<() => Promise<unknown[][]>> {
  await page.evaluate((name) => {
    const host = (globalThis as unknown as Host).secateurFake;
    const before = host[name] as (...of: unknown[]) => unknown;
    const calls: unknown[][] = [];
    Object.assign(globalThis, { [`calls-${name}`]: calls });
    host[name] = (...of: unknown[]) => (calls.push(of), before(...of));
  }, method);
  return () => page.evaluate((name) => (globalThis as unknown as Record<string, unknown[][]>)[`calls-${name}`] ?? [], method);
}

async function ended(look: Look = {}): Promise<Page> {
  const page = await openList('marked', look);
  await logOut(page);
  await panel(page).waitFor();
  return page;
}

describe('a session that the server ended', () => {
  it('is told in place, over rows that stay, and takes no focus', async () => {
    const page = await openList('marked');
    await page.locator('[role="grid"]').focus();
    await logOut(page);
    await panel(page).getByText('7 marked, kept as they are. Nothing has been sent.').waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');
    expect(await page.locator('[role="grid"] [role="row"]').count()).toBeGreaterThan(5);
  });

  it('is reached with F6, and Esc puts its panel away until it is asked for', async () => {
    const page = await ended();
    await page.locator('[role="grid"]').focus();
    await page.keyboard.press('F6');
    await expect.poll(() => focused(page)).toBe('Sign in');
    await page.keyboard.press('Escape');
    await expect.poll(() => panel(page).count()).toBe(0);
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');
    await press(page, '.banner button:has-text("Sign in")');
    await expect.poll(() => focused(page)).toBe('Sign in');
  });
});

describe('signing in as the kubeconfig says', () => {
  it('shows what the plugin writes as text, with a clock, and goes on when it ends well', async () => {
    const page = await ended();
    await panel(page).getByRole('button', { name: 'Sign in', exact: true }).click();
    const box = panel(page).getByRole('log', { name: 'What aws wrote' });
    await box.getByText('QRXM-BTLD').waitFor();
    expect(await box.locator('a').count()).toBe(0);
    await panel(page).getByText(/^Waiting for aws, \d+ s\. Stop it at any time\.$/).waitFor();
    expect(await page.locator('[role="grid"] [role="row"]').count()).toBeGreaterThan(5);
    await endPlugin(page, true);
    await expect.poll(() => panel(page).count()).toBe(0);
    await page.locator('nav[aria-label="Kinds"]').getByText(/^platform-oncall until \d\d:\d\d$/).waitFor();
  });

  it('keeps its box as high as it is, whatever the plugin writes', async () => {
    const page = await ended();
    await panel(page).getByRole('button', { name: 'Sign in', exact: true }).click();
    const box = panel(page).getByRole('log');
    await box.getByText('QRXM-BTLD').waitFor();
    const height = () => box.evaluate((element) => element.getBoundingClientRect().height);
    expect(await height()).toBe(108);
    await set(page, { plugin: { command: 'aws', since: 0, isRunning: true, isAsked: true, output: 'line\n'.repeat(400) } });
    await expect.poll(() => box.innerText()).toContain('line\nline');
    expect(await height()).toBe(108);
    await expect.poll(() => box.evaluate((element) => Math.round(element.scrollTop + element.clientHeight) >= element.scrollHeight - 1)).toBe(true);
  });

  it('can be stopped, says so in the panel, and can be tried again', async () => {
    const page = await ended();
    await panel(page).getByRole('button', { name: 'Sign in', exact: true }).click();
    await panel(page).getByRole('button', { name: 'Stop aws' }).click();
    await panel(page).getByRole('alert').getByText('Connecting to payments-prod-eu was stopped.').waitFor();
    await panel(page).getByRole('button', { name: 'Sign in', exact: true }).click();
    await endPlugin(page, false);
    await panel(page).getByRole('alert').getByText('aws ended with status 255 and gave no credential.').waitFor();
    await panel(page).getByRole('log').getByText('Error loading SSO Token').waitFor();
  });

  it('escapes what would hide in a plugin’s words', async () => {
    const page = await ended();
    await panel(page).getByRole('button', { name: 'Sign in', exact: true }).click();
    await panel(page).getByText('QRXM-BTLD').waitFor();
    await set(page, { plugin: { command: 'aws', since: 0, isRunning: true, isAsked: true, output: 'code \u202e1234 <b>x</b>' } });
    await panel(page).getByText('code \\u202e1234 <b>x</b>').waitFor();
  });
});

describe('a plugin that renews in the background', () => {
  const renewing = (since: number, output = '') => ({ plugin: { command: 'aws', since, isRunning: true, isAsked: false, output } });

  it('is told in a banner over rows that stay live, and stopping it asks for a sign-in', async () => {
    const page = await openList('list');
    const now = Date.now() / 1000;
    await set(page, renewing(now - 12, 'Opening the SSO page.\nVisit https://device.example.com/'));
    const banner = page.locator('.banner').filter({ hasText: /Waiting for aws, 1\d s\./ });
    await banner.getByText('In the background: stopped after 60 s. It wrote: Visit https://device.example.com/').waitFor();
    expect(await panel(page).count()).toBe(0);
    await banner.getByRole('button', { name: 'Stop aws' }).click();
    await panel(page).getByText('The credential plugin "aws" was stopped.').waitFor();
    expect(await banner.count()).toBe(0);
    expect(await page.locator('[role="grid"] [role="row"]').count()).toBeGreaterThan(5);
  });

  it('is not worth a word while it is quick', async () => {
    const page = await openList('list');
    await set(page, renewing(Date.now() / 1000));
    await page.getByText('Waiting for aws, 2 s.').waitFor();
    await set(page, { plugin: null });
    await expect.poll(() => page.getByText('Waiting for aws').count()).toBe(0);
  });
});

describe('signing in with a token', () => {
  async function withToken(look: Look = {}): Promise<Page> {
    const page = await ended(look);
    await panel(page).getByRole('radio', { name: /^Use a token instead/ }).check({ force: true });
    return page;
  }
  const field = (page: Page) => panel(page).getByRole('textbox', { name: 'Token' });

  it('submits with Enter, leaves the field at once, and says in the panel when it was wrong', async () => {
    const page = await withToken();
    await field(page).fill('s3cret-token');
    await page.keyboard.press('Enter');
    expect(await field(page).inputValue()).toBe('');
    await panel(page).getByRole('alert').getByText('payments-prod-eu did not accept the token (401).').waitFor();
    const spoken = await page.locator('[aria-live]').allInnerTexts();
    expect([await page.locator('body').innerHTML(), ...spoken].some((text) => text.includes('s3cret-token'))).toBe(false);
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Token');
    await page.keyboard.type('good-token');
    await page.keyboard.press('Enter');
    await expect.poll(() => panel(page).count()).toBe(0);
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('grid');
  });

  it('hides what is typed until it is to be shown', async () => {
    const page = await withToken();
    await field(page).fill('good-token');
    expect(await field(page).getAttribute('type')).toBe('password');
    await panel(page).getByRole('button', { name: 'Show', exact: true }).click();
    expect(await field(page).getAttribute('type')).toBe('text');
  });

  it.each([[true, 'keyring'], [false, 'thisRun']])('kept in the keyring: %s', async (isKept, kept) => {
    const page = await withToken();
    await field(page).fill('good-token');
    if (!isKept) await panel(page).getByRole('switch', { name: 'Keep it in the keyring' }).click();
    await panel(page).getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect.poll(async () => (await cluster(page))?.credential['kept']).toBe(kept);
  });

  it('says why it can be kept for this run only', async () => {
    const page = await openList('list');
    const credential = (await cluster(page))?.credential;
    await set(page, { credential: { ...credential, keepProblem: 'No keyring answers. The token is kept for this run only.' } });
    await logOut(page);
    await panel(page).getByRole('radio', { name: /^Use a token instead/ }).check({ force: true });
    await panel(page).getByText('No keyring answers. The token is kept for this run only.').waitFor();
    expect(await panel(page).getByRole('switch').isDisabled()).toBe(true);
  });
});

describe('consent', () => {
  const asked = (page: Page) => panel(page, 'payments-prod-eu wants to run a program to sign in');

  it('shows the program whole, each argument on a line of its own, and agrees to it once', async () => {
    const page = await openPage('consent');
    const calls = await watch(page, 'clusterConsent');
    expect(await asked(page).getByRole('listitem').allInnerTexts()).toEqual(['eks', 'get-token', '--cluster-name', 'payments-prod-eu', '--output', 'json']);
    for (const text of ['/usr/local/bin/aws', 'AWS_PROFILE, AWS_REGION', '~/.kube/config, line 214']) await asked(page).getByText(text, { exact: true }).waitFor();
    await asked(page).getByRole('button', { name: 'Run it' }).click();
    // What it writes is shown as soon as it writes: it may be waiting for the person.
    await panel(page).getByText('QRXM-BTLD').waitFor();
    await panel(page).getByRole('button', { name: 'Stop aws' }).waitFor();
    expect(await asked(page).count()).toBe(0);
    await endPlugin(page, true);
    await expect.poll(async () => (await cluster(page))?.state).toBe('signedIn');
    expect(await calls()).toEqual([[EU, '8f41c2']]);
  });

  it('has its focus on "Not now" when it was asked for, which runs nothing', async () => {
    const page = await openPage('consent');
    const calls = await watch(page, 'clusterConsent');
    await asked(page).waitFor();
    expect(await focused(page)).not.toBe('Not now');
    await page.getByRole('button', { name: /^payments-prod-eu,/ }).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Sign in…' }).click();
    await expect.poll(() => focused(page)).toBe('Not now');
    await page.keyboard.press('Enter');
    await expect.poll(() => asked(page).count()).toBe(0);
    await page.getByRole('button', { name: 'Look' }).waitFor();
    expect(await calls()).toEqual([]);
  });
});

describe('a cluster that does not answer', () => {
  const shown = (page: Page) => panel(page, 'edge-prod-fra1 does not answer');

  it('shows the way step by step, and when it is tried next', async () => {
    const page = await openPage('unreachable');
    const steps = await shown(page).getByRole('list', { name: 'The way to the server' }).getByRole('listitem').allInnerTexts();
    expect(steps.map((step) => step.split('\n')[0]?.replace(/:.*/, ''))).toEqual(['Kubeconfig', 'Proxy', 'Name', 'Connection', 'Certificate', 'API server']);
    expect(steps[3]).toContain('refused by 10.8.14.2:6443');
    const next = shown(page).getByText(/^Next try in \d+ s$/);
    await next.waitFor();
    expect(await next.locator('xpath=ancestor::*[@aria-live]').count()).toBe(0);
  });

  it('is not tried by itself any more once that was stopped', async () => {
    const page = await openPage('unreachable');
    await shown(page).getByRole('button', { name: 'Stop trying' }).click();
    await shown(page).getByText('It is not tried by itself').first().waitFor();
    expect(await shown(page).getByRole('button', { name: 'Stop trying' }).isDisabled()).toBe(true);
    await shown(page).getByRole('button', { name: 'Try now' }).click();
    await shown(page).getByText(/^Next try in \d+ s$/).waitFor();
    expect(await shown(page).getByRole('button', { name: 'Stop trying' }).isEnabled()).toBe(true);
  });
});

describe('certificates', () => {
  it('that are not trusted are shown for comparing, with no way round', async () => {
    const page = await openPage('untrusted');
    const shown = panel(page, 'The certificate of payments-prod-eu is not trusted');
    for (const text of ['CN=kube-apiserver', '2026-03-01 to 2027-03-01']) await shown.getByText(text, { exact: true }).waitFor();
    expect(await shown.locator('.print').innerText()).toMatch(/^4F:9A:17(:[0-9A-F]{2}){13}\n3D(:[0-9A-F]{2}){15}$/);
    expect((await shown.getByRole('button').allInnerTexts()).map((text) => text.trim())).toEqual(['Copy details', 'Try again']);
  });

  it('that are not checked are explained when asked for, and nothing else changes', async () => {
    const page = await openList('insecure');
    await page.locator('.banner').getByRole('button', { name: 'Show' }).click();
    const shown = panel(page, 'The certificate of payments-prod-eu is not checked');
    await shown.getByText('Anyone between here and there can answer as this cluster.').waitFor();
    await expect.poll(() => focused(page)).toBe('Close');
    await page.keyboard.press('Enter');
    await expect.poll(() => shown.count()).toBe(0);
    await page.locator('.banner', { hasText: 'is not checked' }).waitFor();
  });
});

describe('signing out', () => {
  it('is offered where one is signed in, says when, and is said aloud', async () => {
    const page = await openList('list');
    await page.getByRole('button', { name: 'Actions for payments-prod-eu' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.locator('nav[aria-label="Kinds"]').getByText(/^Signed out at \d\d:\d\d:\d\d$/).waitFor();
    await panel(page).getByText(/^You signed out at/).waitFor();
    expect(await page.getByRole('alert').allInnerTexts()).toContainEqual(expect.stringMatching(/payments-prod-eu: Signed out at/));
    await page.getByRole('button', { name: 'Actions for payments-prod-eu' }).click();
    expect(await page.getByRole('menuitem', { name: 'Sign out' }).count()).toBe(0);
  });
});

describe('whom requests act as', () => {
  it.each([[1440, 900], [960, 600], [700, 440]])('is on screen at %i x %i', async (width, height) => {
    const page = await openList('list', { width, height });
    const credential = (await cluster(page))?.credential;
    await set(page, { credential: { ...credential, actingAs: 'break-glass' } });
    const said = page.getByText('acting as break-glass', { exact: true }).first();
    await said.waitFor();
    expect(await isWhollyVisible(page, said)).toBe(true);
  });
});

describe('a plan whose cluster was signed out of', () => {
  it('makes room for signing in and comes back after', async () => {
    const page = await openList('marked');
    await press(page, 'button:has-text("Plan deletion")');
    const sheet = page.getByRole('alertdialog');
    await sheet.getByRole('textbox').waitFor();
    await logOut(page);
    await sheet.getByText('Nothing has been sent. The plan goes on after you sign in.').waitFor();
    await sheet.getByRole('button', { name: 'Sign in…' }).click();
    await panel(page).getByText('Your plan for 7 objects goes on after you sign in. Nothing has been sent.').waitFor();
    await expect.poll(() => focused(page)).toBe('Sign in');
    await page.keyboard.press('Enter');
    await panel(page).getByRole('log').waitFor();
    await endPlugin(page, true);
    await sheet.getByRole('textbox').waitFor();
    await expect.poll(() => focused(page)).toBe('Cancel');
  });
});

describe.each([['1100 x 700', 1100, 700, false], ['960 x 600', 960, 600, false], ['600 x 700', 600, 700, false], ['1440 x 900 at 200 %', 1440, 900, true]] as const)('in a window of %s', (_, width, height, isDoubled) => {
  it('every control of the sign-in panel can be brought into sight', async () => {
    const page = await openPage('signedOut', { width, height });
    if (isDoubled) await enlarge(page);
    const shown = panel(page, 'Sign in to payments-prod-us');
    await shown.getByRole('radio', { name: /^Use a token instead/ }).focus();
    await page.keyboard.press('Space');
    await shown.getByRole('textbox', { name: 'Token' }).fill('x');
    for (const control of [shown.getByRole('textbox', { name: 'Token' }), shown.getByRole('button', { name: 'Sign in', exact: true }), shown.getByRole('switch'), shown.getByRole('button', { name: 'Not now' })]) {
      await control.focus();
      await expect.poll(() => isWhollyVisible(page, control)).toBe(true);
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
