/** The bundle that runs in Temporal's sandbox. */
import { mkdir, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { buildWorkflowBundle } from '../../workers/workflowBundle.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

/** What the sandbox has of its own in place of Node's. */
const provided = new Set(['assert', 'url', 'util']);
const nodeModules = builtinModules.filter((name) => !name.startsWith('_') && !provided.has(name));

/** Node modules that code asks for when it is run. */
function importsOf(code: string): string[] {
  const asked = [...code.matchAll(/(?:require\(|from |import\()\s*["'](?:node:)?([\w/]+)["']/g)];
  return asked.flatMap(([, name]) => (name !== undefined && nodeModules.includes(name) ? [name] : []));
}

it('holds no Node module', async () => {
  const { code } = await buildWorkflowBundle();
  expect(code).toContain('exportStream');
  expect(importsOf(code)).toEqual([]);
}, 60_000);

it('cannot be made of workflows that import one', async () => {
  const directory = join(await scratchDirectory(), 'workflows');
  await mkdir(directory, { recursive: true });
  const workflowsPath = join(directory, 'index.mjs');
  await writeFile(
    workflowsPath,
    "import { readFile } from 'node:fs';\nexport const workflow = () => readFile;\n",
  );
  const said: string[] = [];
  const logger = new DefaultLogger('ERROR', ({ message }) => void said.push(message));
  await expect(bundleWorkflowCode({ workflowsPath, logger })).rejects.toThrow();
  expect(said.join('\n')).toMatch(/node:fs/);
}, 60_000);
