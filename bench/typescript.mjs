/** Lets benchmarks use what tests use: modules in TypeScript, which Node 20 does not read by itself. */
import { register } from 'node:module';

/** Whatever is imported from now on may be in TypeScript. */
export function readTypescript() {
  register('./typescriptHooks.mjs', import.meta.url);
}
