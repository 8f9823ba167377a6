/** The `temporal` binary by the download that the Temporal SDK brings along. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { installBinary } from './installBinary.js';

const require = createRequire(import.meta.url);
const sdk = z
  .object({ version: z.string() })
  .parse(require('@temporalio/testing/package.json') as unknown).version;

/** Cache folder of a downloaded binary: the SDK chooses the version that suits it. */
export const downloadedVersion = `sdk-${sdk}`;

/** Nothing arriving for this long counts as an unreachable host. */
const silenceMillis = 30_000;

/**
 * The SDK downloads only while it starts a server, and cannot be told to stop: it does so in a process of its own,
 * which can be ended, and which ends its server.
 */
const downloader = `
  const [testing, downloadDir] = process.argv.slice(1);
  const { TestWorkflowEnvironment } = require(testing);
  TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'cached-download', downloadDir } } })
    .then((server) => server.teardown())
    .then(() => process.exit(0), (error) => { console.error(error.message); process.exit(1); });
`;

/** Downloads the binary to `target`; an Error says what the SDK said, or that nothing came. */
export async function downloadTemporalBinary(
  target: string,
  environment: NodeJS.ProcessEnv,
  say: (message: string) => void,
  patienceMillis = silenceMillis,
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-temporal-download-'));
  try {
    await runDownloader(directory, environment, say, patienceMillis);
    const [binary] = await readdir(directory);
    if (binary === undefined) throw new Error('the SDK left no binary');
    await installBinary(join(directory, binary), target);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function runDownloader(
  directory: string,
  environment: NodeJS.ProcessEnv,
  say: (message: string) => void,
  patienceMillis: number,
): Promise<void> {
  const child = spawn(
    process.execPath,
    ['-e', downloader, '--', require.resolve('@temporalio/testing'), directory],
    { env: environment, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-2_000);
  });
  let silent = false;
  const stopWatching = watchGrowth(directory, patienceMillis, say, () => {
    silent = true;
    child.kill('SIGKILL');
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (silent) throw new Error(`nothing arrived for ${patienceMillis / 1_000} s`);
    if (code !== 0) throw new Error(said.trim() === '' ? `ended with ${code}` : lastSentence(said));
  } finally {
    stopWatching();
  }
}

/** Reports the growing download, and calls `onSilence` when it has not grown for a while. */
function watchGrowth(
  directory: string,
  patienceMillis: number,
  say: (message: string) => void,
  onSilence: () => void,
): () => void {
  let size = 0;
  let grown = Date.now();
  let reported = Date.now();
  const look = async () => {
    const now = await directorySize(directory);
    if (now > size) {
      size = now;
      grown = Date.now();
    } else if (Date.now() - grown >= patienceMillis) {
      onSilence();
    }
    if (now > 0 && Date.now() - reported >= 3_000) {
      reported = Date.now();
      say(`Downloading the temporal binary: ${Math.round(now / 1_000_000)} MB unpacked.`);
    }
  };
  const timer = setInterval(() => void look(), 250);
  return () => clearInterval(timer);
}

async function directorySize(directory: string): Promise<number> {
  const names = await readdir(directory).catch(() => []);
  const sizes = await Promise.all(
    names.map(async (name) =>
      stat(join(directory, name)).then(
        (file) => file.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The SDK nests the same cause several times; the innermost says why. */
function lastSentence(message: string): string {
  const url = /https:\/\/[^\s?)]+/.exec(message)?.[0];
  const reason =
    message
      .trim()
      .split(/: (?=[a-z])/)
      .at(-1) ?? message.trim();
  return url === undefined ? reason : `${url}: ${reason}`;
}
