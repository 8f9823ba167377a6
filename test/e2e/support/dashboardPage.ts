/** The page of a dashboard in Chromium, as tests open and look at it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import type { DashboardOptions } from '../../../dashboard/server.js';
import { contactCentre, moment } from '../../dashboard/contactCentre.js';
import { serve, type Held, type Served } from '../../dashboard/served.js';
import { launchChromium } from './browser.js';

let browser: Browser | undefined;

/** Registers a browser for the tests of a file. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => browser?.close());
}

export interface Shown {
  page: Page;
  served: Served;
}

export interface ViewOptions {
  colorScheme?: 'light' | 'dark';
  width?: number;
  query?: string;
  dashboard?: Partial<DashboardOptions>;
}

/** The page of a dashboard; what it asks of other hosts, or reports as an error, fails the test. */
export async function openPage(held: Held = contactCentre, options: ViewOptions = {}): Promise<Shown> {
  const served = await serve(held, { refreshEvery: 150, readInFullEvery: 600_000, ...options.dashboard });
  onTestFinished(() => served.close());
  served.clock.now = moment;
  const page = await pageOf(served.url, options);
  return { page, served };
}

/** A page at that URL, in a browser of another zone and language than the business. */
export async function pageOf(
  url: string,
  { colorScheme = 'light', width = 1000, query = '' }: ViewOptions = {},
) {
  if (browser === undefined) throw new Error('The file has not called useBrowser().');
  const page = await browser.newPage({
    colorScheme,
    viewport: { width, height: 900 },
    locale: 'de-DE',
    timezoneId: 'America/Los_Angeles',
  });
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) elsewhere.push(request.url());
  });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    // A refused or lost request is reported by the browser itself, and by the page to people.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      errors.push(message.text());
  });
  onTestFinished(async () => {
    await page.close();
    expect(elsewhere).toEqual([]);
    expect(errors).toEqual([]);
  });
  await page.goto(`${url}/${query}`);
  return page;
}

/** Names of the agents in the table, from top to bottom. */
export const agents = async (page: Page) =>
  page
    .locator('tbody th')
    .evaluateAll((all) =>
      all.map((each) => (each.firstChild as { textContent?: string } | null)?.textContent),
    );
/** Texts of an agent's row. */
export const cells = async (page: Page, entity: string) =>
  page.locator(`tr[data-entity="${entity}"] > *`).allInnerTexts();
/** Resolves when there are scores. */
export const ready = async (page: Page) => page.locator('tbody tr').first().waitFor();

/** Notes every change of the table from now on. */
export async function observe(page: Page) {
  await page.evaluate(`
    window.touched = [];
    new MutationObserver((records) => {
      for (const { target, addedNodes, removedNodes } of records) {
        for (const node of [target, ...addedNodes, ...removedNodes]) {
          const element = node instanceof Element ? node : node.parentElement;
          // What is taken out of a row is told by the row that it was taken out of.
          if (element?.isConnected || element?.tagName === 'TR') {
            window.touched.push(element.closest('tr')?.dataset.entity ?? element.tagName);
          }
        }
      }
    }).observe(document.querySelector('#scores'), { subtree: true, childList: true, attributes: true, characterData: true });`);
  return async () =>
    [...new Set((await page.evaluate('window.touched')) as string[])].filter((each) => each !== 'TBODY');
}
