/** A worker whose access to the cluster ends while it works: it must not stay and do nothing. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { nowhere, runCommand } from '../e2e/support/command.js';
import { startRefusingCluster } from '../support/refusingCluster.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

it('ends when its polls are refused, and points to what the log says of it', async () => {
  const directory = await scratchDirectory();
  await writeFile(join(directory, 'tidemark.yaml'), nowhere);
  const cluster = await startRefusingCluster(['GetSystemInfo', 'DescribeNamespace']);
  onTestFinished(cluster.close);
  const environment = { UNUSED: 'unused', TEMPORAL_ADDRESS: cluster.address };
  // The SDK asks on for a minute before it believes a refusal.
  const { code, stderr } = await runCommand(['worker'], directory, environment, 150_000);
  expect(stderr).toMatch(/"error":"Request unauthorized\.","msg":"Worker failed"/);
  expect(stderr).toMatch(/^error A worker has failed and does not come down\. The log says why/m);
  expect(code).toBe(1);
});
