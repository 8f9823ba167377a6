/** The page of intraday scores in a real browser, over a real warehouse: what it shows, and to whom. */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../dashboard/contactCentre.js';
import { agent, at, reading } from '../dashboard/readings.js';
import { acme } from '../dashboard/served.js';
import { screenshotPath, violations } from './support/browser.js';
import { agents, cells, openPage, ready, useBrowser } from './support/dashboardPage.js';

useBrowser();

describe('the page', () => {
  it('shows agents by score, with what is to know of the day', async () => {
    const { page } = await openPage();
    await ready(page);
    expect(await page.title()).toBe('Intraday scores of acme');
    expect((await page.locator('header').innerText()).split(/\n+/)).toEqual([
      'Intraday scores',
      'acme, Friday 20 November 2026 (Europe/Berlin)',
      'Updated every 15 minutes; may lag up to 30 minutes',
      'Last update 14:31 CET, last checked 14:44 CET',
    ]);
    const shown = await agents(page);
    expect(shown).toHaveLength(10);
    const scores = await page.locator('tbody td:nth-child(2)').allInnerTexts();
    expect(scores).toEqual([...scores].sort((a, b) => Number.parseFloat(b) - Number.parseFloat(a)));
    const [name, score, count, passRate] = await cells(page, 'agent-0');
    expect(name).toMatch(/^Amara Okafor\s+Team Billing$/);
    expect([score, count, passRate]).toEqual(['89.2%', '13', '92.3%']);
    expect(await page.locator('#left-out').innerText()).toBe(
      '2 agents have fewer than 3 evaluations: too few to judge.',
    );
    expect(await page.locator('#notices').innerText()).toBe('');
  });

  it('says a trend in words, too', async () => {
    const { page } = await openPage({
      readings: agent('ann', 'Ann', 'north', [
        ['08:00', 0, null],
        ['09:00', 3, 72.25],
        ['10:00', 4, 69],
        ['13:00', 6, 81.5],
      ]),
    });
    const trend = page.getByRole('img');
    await trend.waitFor();
    expect(await trend.getAttribute('aria-label')).toBe(
      'From 72.3% at 10:00 to 81.5% at 14:00, 3 readings, lowest 69.0%, highest 81.5%',
    );
    expect(await trend.locator('path').getAttribute('d')).toMatch(/^M[\d.]+ [\d.]+(L[\d.]+ [\d.]+){2}$/);
  });

  it('shows agents without data and with few evaluations as such, when they are asked for', async () => {
    const { page } = await openPage();
    await ready(page);
    await page.getByLabel('Only agents with enough evaluations').uncheck();
    expect(await agents(page)).toHaveLength(12);
    expect(await cells(page, 'agent-idle')).toEqual([
      expect.stringMatching(/^Lena Sommer\s+Team Retention$/),
      'No data',
      '0',
      '–',
      '–',
    ]);
    expect((await cells(page, 'agent-new'))[0]).toMatch(/^Kofi Mensah\s+Team Billing\s+too few to judge$/);
    // One perfect score is no first place.
    expect((await agents(page)).slice(-2)).toEqual(['Kofi Mensah', 'Lena Sommer']);
    expect(await page.locator('#left-out').innerText()).toBe('');
  });

  it('is narrowed by team, queue, form and name', async () => {
    const { page } = await openPage();
    await ready(page);
    await page.getByLabel('Team').selectOption('Team Retention');
    expect((await agents(page)).sort()).toEqual([
      'Ben Whitfield',
      'Daniel Nowak',
      'Farid Haddad',
      'Hugo Fernández',
      'Jonas Becker',
    ]);
    await page.getByRole('searchbox', { name: 'Name' }).fill('HUGO');
    expect(await agents(page)).toEqual(['Hugo Fernández']);
    await page.getByRole('searchbox', { name: 'Name' }).fill('');
    await page.getByLabel('Team').selectOption('All teams');

    await page.getByLabel('Form').selectOption('Sales call');
    await expect
      .poll(async () => (await agents(page)).sort())
      .toEqual(['Amara Okafor', 'Daniel Nowak', 'Grace Lindqvist', 'Jonas Becker']);
    await page.getByLabel('Queue').selectOption('VIP hotline');
    await expect
      .poll(async () => (await agents(page)).sort())
      .toEqual(['Amara Okafor', 'Ben Whitfield', 'Chiara Rossi']);
    expect(await page.getByLabel('Form').inputValue()).toBe('');
    await page.reload();
    await expect.poll(async () => (await agents(page)).length).toBe(3);
    expect(await page.getByLabel('Queue').inputValue()).toBe('queue-vip');
  });

  it('has no filters for what does not exist', async () => {
    const { page } = await openPage({ readings: [reading({ entity_id: 'ann', window_end: at('12:00') })] });
    await ready(page);
    for (const label of ['Vendor', 'Connection', 'Team', 'Queue', 'Form']) {
      expect([label, await page.getByLabel(label, { exact: true }).isVisible()]).toEqual([label, false]);
    }
  });

  it('is narrowed by vendor and connection', async () => {
    const nice = { ...acme, name: 'nice', sourceSystem: 'cxone', isPolled: false } as const;
    const lab = { ...acme, name: 'lab' };
    const { page } = await openPage({}, { dashboard: { connections: [nice, acme, lab] } });
    const [vendor, connection] = [page.getByLabel('Vendor'), page.getByLabel('Connection')];
    await expect.poll(async () => connection.inputValue()).toBe('acme');
    await vendor.selectOption('NICE CXone');
    await expect.poll(async () => page.locator('#day').innerText()).toMatch(/^nice/);
    // There is but one of them.
    expect(await connection.isVisible()).toBe(false);
    await vendor.selectOption('Genesys Cloud');
    await expect.poll(async () => page.locator('#day').innerText()).toMatch(/^acme/);
    await connection.selectOption('lab');
    await expect.poll(async () => page.locator('#day').innerText()).toMatch(/^lab/);
    await page.reload();
    await expect.poll(async () => page.locator('#day').innerText()).toMatch(/^lab/);
    expect([await vendor.inputValue(), await connection.inputValue()]).toEqual(['genesys', 'lab']);
  });

  it('is sorted with the keyboard', async () => {
    const { page } = await openPage();
    await ready(page);
    const sorted = page.locator('th[aria-sort]:not([aria-sort="none"])');
    expect([await sorted.innerText(), await sorted.getAttribute('aria-sort')]).toEqual([
      'Average score',
      'descending',
    ]);
    await page.getByRole('button', { name: 'Agent' }).focus();
    await page.keyboard.press('Enter');
    expect([await sorted.innerText(), await sorted.getAttribute('aria-sort')]).toEqual([
      'Agent',
      'ascending',
    ]);
    const shown = await agents(page);
    expect(shown).toEqual([...shown].sort());
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Space');
    expect([await sorted.innerText(), await sorted.getAttribute('aria-sort')]).toEqual([
      'Evaluations',
      'ascending',
    ]);
    const counts = (await page.locator('tbody td:nth-child(3)').allInnerTexts()).map(Number);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(await page.locator('caption').innerText()).toBe('10 agents, by evaluations, ascending');
  });

  it('shows names as text, whatever they hold', async () => {
    const name = '<img src=x onerror=alert(1)>&amp;';
    const { page } = await openPage({
      readings: [reading({ entity_id: 'ann', window_end: at('12:00'), entity_name: name })],
    });
    await ready(page);
    expect(await agents(page)).toEqual([name]);
  });
});

describe('a page with nothing to show', () => {
  it.each([
    [false, 'Nobody reads scores yet', 'metrics: { timeZone: Europe/Berlin }'],
    [true, 'No scores yet', 'Is its schedule running?'],
  ])('says what is missing, with the stream configured: %s', async (isPolled, title, remedy) => {
    const { page } = await openPage({}, { dashboard: { connections: [{ ...acme, isPolled }] } });
    await page.getByRole('heading', { name: title }).waitFor();
    expect(await page.locator('#empty').innerText()).toContain(remedy);
    expect(await page.locator('#scores').isVisible()).toBe(false);
  });

  it('says so of filters', async () => {
    const { page } = await openPage();
    await ready(page);
    await page.getByRole('searchbox', { name: 'Name' }).fill('nobody of that name');
    await page.getByRole('heading', { name: 'No agent to show' }).waitFor();
    await page.getByRole('searchbox', { name: 'Name' }).fill('');
    expect(await agents(page)).toHaveLength(10);
  });
});

describe('a page for everybody', () => {
  it.each(['light', 'dark'] as const)('has nothing that axe objects to: %s', async (colorScheme) => {
    const { page } = await openPage(contactCentre, { colorScheme });
    await ready(page);
    await page.getByLabel('Only agents with enough evaluations').uncheck();
    expect(await violations(page)).toEqual([]);
    await page.screenshot({ path: await screenshotPath(`dashboard-${colorScheme}.png`), fullPage: true });
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that axe objects to in notices and questions: %s',
    async (colorScheme) => {
      const { page, served } = await openPage(contactCentre, { colorScheme });
      await ready(page);
      served.clock.now += 3 * 3_600_000;
      await page.locator('.notice').waitFor();
      expect(await violations(page)).toEqual([]);
      const empty = await openPage(
        {},
        { colorScheme, dashboard: { connections: [{ ...acme, isPolled: false }] } },
      );
      await empty.page.locator('#empty').waitFor();
      expect(await violations(empty.page)).toEqual([]);
      const guarded = await openPage({}, { colorScheme, dashboard: { token: 'a-token-of-24-characters' } });
      await guarded.page.getByRole('dialog').waitFor();
      expect(await violations(guarded.page)).toEqual([]);
    },
  );

  it('fits a narrow screen', async () => {
    const { page } = await openPage(contactCentre, { width: 360 });
    await ready(page);
    await page.getByLabel('Only agents with enough evaluations').uncheck();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await page.screenshot({ path: await screenshotPath('dashboard-narrow.png'), fullPage: true });
  });

  it('is printed without what only a screen can use', async () => {
    const { page } = await openPage(contactCentre, { colorScheme: 'dark' });
    await ready(page);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#filters').isVisible()).toBe(false);
    expect(await page.locator('#pace').isVisible()).toBe(true);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
  });
});
