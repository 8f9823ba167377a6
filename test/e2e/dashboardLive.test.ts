/** The page of intraday scores while it is open: what it learns without a reload, and what it leaves as it is. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { contactCentre, moment } from '../dashboard/contactCentre.js';
import { holdOpen } from '../dashboard/holdOpen.js';
import { agent, at, poll } from '../dashboard/readings.js';
import { serve } from '../dashboard/served.js';
import { screenshotPath } from './support/browser.js';
import { agents, cells, observe, openPage, ready, useBrowser } from './support/dashboardPage.js';

useBrowser();

describe('a page that is open', () => {
  it('shows a new score without a reload, and redraws no other row', async () => {
    const { page, served } = await openPage();
    await ready(page);
    await page.evaluate('window.isSame = true');
    const touched = await observe(page);
    served.clock.now += 15 * 60_000;
    await served.warehouse.record(
      'agent_metrics',
      agent('agent-9', 'Jonas B. Becker', 'Retention', [['13:58', 16, 99.4]]),
    );
    await served.warehouse.record('interval_runs', [poll(at('13:58'))]);
    await expect.poll(async () => (await agents(page))[0], { timeout: 10_000 }).toBe('Jonas B. Becker');
    expect((await cells(page, 'agent-9')).slice(1, 3)).toEqual(['99.4%', '16']);
    expect(await touched()).toEqual(['agent-9']);
    expect(await page.locator('#times').innerText()).toBe('Last update 14:59 CET, last checked 14:59 CET');
    expect(await page.locator('#news').textContent()).toBe('Scores updated at 14:59: 1 agent changed.');
    expect(await page.evaluate('window.isSame')).toBe(true);
    await page.screenshot({ path: await screenshotPath('dashboard-live-update.png') });
  });

  it('redraws nothing while nothing changes, nor when it was only looked again', async () => {
    const { page, served } = await openPage();
    await ready(page);
    const touched = await observe(page);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await served.warehouse.record('interval_runs', [poll(at('13:44'))]);
    await expect
      .poll(async () => page.locator('#times').innerText(), { timeout: 10_000 })
      .toContain('last checked 14:45 CET');
    expect(await touched()).toEqual([]);
    expect(await page.locator('#news').textContent()).toBe('');
  });

  it('says when it is out of date, and when it no longer is', async () => {
    const { page, served } = await openPage();
    await ready(page);
    served.clock.now = Date.parse(at('14:15'));
    const notices = page.locator('#notices');
    await expect
      .poll(async () => notices.innerText(), { timeout: 10_000 })
      .toBe('Out of date: the scores were last checked at 14:44 CET, more than 30 minutes ago.');
    await page.screenshot({ path: await screenshotPath('dashboard-stale.png') });
    await served.warehouse.record('interval_runs', [poll(at('14:14'))]);
    await expect.poll(async () => notices.innerText(), { timeout: 10_000 }).toBe('');
  });

  it('says when the warehouse is busy, and keeps what it has', async () => {
    const { page, served } = await openPage();
    await ready(page);
    const holder = await holdOpen(served.path);
    served.clock.now += 60_000;
    const notices = page.locator('#notices');
    await expect
      .poll(async () => notices.innerText(), { timeout: 20_000 })
      .toMatch(/^The warehouse is busy\. This is what it held at 14:45 CET/);
    expect(await agents(page)).toHaveLength(10);
    await holder.release();
    await expect.poll(async () => notices.innerText(), { timeout: 20_000 }).toBe('');
  });

  it('says when the dashboard is gone, and finds it again', async () => {
    const { page, served } = await openPage();
    await ready(page);
    const port = Number(new URL(served.url).port);
    await served.close();
    const notices = page.locator('#notices');
    await expect
      .poll(async () => notices.innerText(), { timeout: 10_000 })
      .toMatch(/^The connection to the dashboard is lost/);
    expect(await agents(page)).toHaveLength(10);
    const again = await serve(contactCentre, { port, refreshEvery: 150, now: () => moment });
    onTestFinished(() => again.close());
    await expect.poll(async () => notices.innerText(), { timeout: 20_000 }).toBe('');
  });
});

describe('a page that is guarded', () => {
  it('asks for the token once for a tab', async () => {
    const token = 'a-token-of-24-characters';
    const { page } = await openPage(contactCentre, { dashboard: { token } });
    const dialog = page.getByRole('dialog', { name: 'Token of the dashboard' });
    await dialog.waitFor();
    await page.getByLabel('Token', { exact: true }).fill('a-token-that-is-not-the-one');
    await page.keyboard.press('Enter');
    await expect
      .poll(async () => dialog.innerText())
      .toContain('That token is not the one of this dashboard.');
    await page.getByLabel('Token', { exact: true }).fill(token);
    await page.getByRole('button', { name: 'Show the scores' }).click();
    await ready(page);
    await page.reload();
    await ready(page);
    expect(await dialog.isVisible()).toBe(false);
    expect(page.url()).not.toContain(token);
  });
});
