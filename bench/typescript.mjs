/** Lets benchmarks use what tests use: modules in TypeScript, which Node 20 does not read by itself. */
import { register } from 'node:module';

register('./typescriptHooks.mjs', import.meta.url);
