/** The `temporal` binary by a build from Go modules, for machines that reach only package registries. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildGoProgram } from './goBuild.js';

/** Version of the Temporal CLI that the Go module in temporal-cli/ pins. */
export const builtVersion = '1.8.2';

/** Builds the binary to `target`; an Error says why it could not. */
export async function buildTemporalBinary(
  target: string,
  environment: NodeJS.ProcessEnv,
  say: (message: string) => void,
): Promise<void> {
  const program = {
    name: 'temporal',
    module: moduleDirectory(),
    mainPackage: 'github.com/temporalio/cli/cmd/temporal',
    packagesInAll: 1_717,
  };
  await buildGoProgram(program, target, environment, say);
}

/** The Go module lies beside the sources; the compiled program finds it from dist/. */
function moduleDirectory(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return here.endsWith(join('dist', 'workers'))
    ? join(here, '..', '..', 'workers', 'temporal-cli')
    : join(here, 'temporal-cli');
}
