#!/usr/bin/env node
import { TidemarkError } from '../model/errors.js';
import { writeError } from './output.js';
import { createProgram } from './program.js';

// Whoever reads along has seen enough (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

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
