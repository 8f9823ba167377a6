/** Global set-up: makes the temporal binary before the tests, so that none of them waits minutes for it. */
import { findTemporalBinary } from '../../../workers/temporalBinary.js';

export default async function setup(): Promise<void> {
  await findTemporalBinary({ onProgress: (message) => void process.stderr.write(`${message}\n`) });
}
