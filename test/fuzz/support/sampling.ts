/** How many cases a fuzz test tries, and with which seed: the same ones in every run unless somebody asks for others. */
import type { Parameters } from 'fast-check';

/**
 * TIDEMARK_FUZZ_TIMES multiplies the cases, TIDEMARK_FUZZ_SEED draws others. What fails prints its seed, which that
 * variable takes.
 */
export function sampling(cases: number): Pick<Parameters, 'numRuns' | 'seed'> {
  return {
    numRuns: Math.ceil(cases * numberIn('TIDEMARK_FUZZ_TIMES', 1)),
    seed: numberIn('TIDEMARK_FUZZ_SEED', 20_260_101),
  };
}

function numberIn(variable: string, usual: number): number {
  const text = process.env[variable] ?? '';
  const value = text === '' ? usual : Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${variable} is "${text}": write a number`);
  return value;
}
