#!/usr/bin/env -S MALLOC_MMAP_THRESHOLD_=1048576 node
import { TidemarkError } from '../model/errors.js';
import { writeError } from './output.js';
import { createProgram } from './program.js';

// Whoever reads along has seen enough (`| head`). The command goes on without a reader: an export is not given up for
// that, a check that fails afterwards still ends with its exit code, and whatever was started is taken down in order.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  const program = await createProgram(process.argv[2]);
  await program.parseAsync();
} catch (error) {
  const told = error instanceof TidemarkError ? error : await refusalOf(error);
  writeError(told?.message ?? error);
  process.exitCode = 1;
}

/** Loaded where something went wrong: most commands do without Temporal's client. */
async function refusalOf(error: unknown): Promise<TidemarkError | null> {
  const { temporalRefusal } = await import('./temporalRefusal.js');
  return temporalRefusal(error);
}
