/** Global set-up: gets a Temporal server for PostgreSQL before the tests, so that none of them waits minutes for it. */
import { prepareTemporalServer } from '../../support/temporalServer.js';

export default async function setup(): Promise<void> {
  await prepareTemporalServer({ onProgress: (message) => void process.stderr.write(`${message}\n`) });
}
