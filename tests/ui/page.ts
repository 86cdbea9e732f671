/** One browser and one server for a spec file: the built page over the host in memory, under the shipped policy. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';

const root = join(import.meta.dirname, '../../ui/dist-fake');
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** What the application's window runs under, from the file that says so. */
const { app } = JSON.parse(readFileSync(join(import.meta.dirname, '../../tauri.conf.json'), 'utf8')) as {
  app: { security: { csp: string; freezePrototype: boolean } };
};
const { csp, freezePrototype } = app.security;

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

let server: Server;
let browser: Browser;
const open: Page[] = [];
let faults: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    readFile(join(root, path)).then(
      (body) => {
        response.writeHead(200, { 'content-type': types[extname(path)] ?? 'text/plain', 'content-security-policy': csp });
        response.end(body);
      },
      () => {
        // A browser asks for an icon by itself.
        response.writeHead(path === '/favicon.ico' ? 204 : 404);
        response.end();
      },
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const args = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  browser = await chromium.launch({ executablePath, args });
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((page) => page.context().close()));
  // Errors of the page and refusals of the policy fail the test during which they came.
  const seen = faults;
  faults = [];
  expect(seen).toEqual([]);
});

afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

export type Look = { theme?: 'light' | 'dark'; width?: number; height?: number; reducedMotion?: 'reduce' | 'no-preference' };

/** A new page in a context of its own; answers once its first frame is there. */
export async function openPage(scenario: string, look: Look = {}): Promise<Page> {
  const { theme = 'light', width = 1440, height = 900, reducedMotion = 'reduce' } = look;
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion });
  // As Tauri does it, before any script of the page.
  if (freezePrototype) await context.addInitScript(() => Object.freeze(Object.prototype));
  const page = await context.newPage();
  open.push(page);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${String(port)}/fake.html?scenario=${scenario}&theme=${theme}`);
  await page.locator('main').waitFor();
  return page;
}

/** The page once the list shows rows. */
export async function openList(scenario: string, look: Look = {}): Promise<Page> {
  const page = await openPage(scenario, look);
  await page.locator('[role="grid"] [role="row"][aria-selected]').first().waitFor();
  return page;
}

/** A press and release of the pointer where the element is, as a hand does it. */
export async function press(page: Page, selector: string): Promise<void> {
  const target = page.locator(selector).first();
  await target.waitFor();
  const box = await target.boundingBox();
  if (!box) throw new Error(`${selector} has no place on screen`);
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
}
