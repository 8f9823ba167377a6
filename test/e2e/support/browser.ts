/** Chromium as people have it: the system's, not one that a package brings. */
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import axe from 'axe-core';

/** Throws with what to install when there is none. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env['TIDEMARK_CHROMIUM'] ?? '/usr/bin/chromium';
  await access(executablePath).catch(() => {
    throw new Error(
      `There is no Chromium at ${executablePath}. Install it (Debian: apt-get install chromium), or name another ` +
        'one in TIDEMARK_CHROMIUM.',
    );
  });
  // Chromium's sandbox refuses to run as root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}

/** What axe finds wrong with the page, as rule and elements. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as {
    violations: { id: string; nodes: { html: string }[] }[];
  };
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Where screenshots go that people may want to look at after a run. */
export async function screenshotPath(name: string): Promise<string> {
  const directory = process.env['TIDEMARK_TEST_OUTPUT'] ?? '.tidemark/test-output';
  await mkdir(directory, { recursive: true });
  return join(directory, name);
}
