/** Global set-up: makes the program of the GoogleSQL gate before the tests, so that none of them waits minutes for it. */
import { findAnalyzerBinary } from '../../support/googlesql/analyzerBinary.js';

export default async function setup(): Promise<void> {
  await findAnalyzerBinary({ onProgress: (message) => void process.stderr.write(`${message}\n`) });
}
