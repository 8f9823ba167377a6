/** Another process that has a DuckDB file open for writing. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

export async function holdOpen(path: string): Promise<{ release(): Promise<void> }> {
  const script = `
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const open = async () => DuckDBInstance.create(${JSON.stringify(path)}).catch(() => undefined);
    let instance;
    // Readers hold it for moments.
    while ((instance = await open()) === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
    process.stdout.write('open');
    process.stdin.once('data', () => { instance.closeSync(); process.exit(0); });`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void holder.kill());
  await once(holder.stdout, 'data');
  return {
    release: async () => {
      const exit = once(holder, 'exit');
      holder.stdin.write('go');
      await exit;
    },
  };
}
