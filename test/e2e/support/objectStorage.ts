/** Global set-up: gets the servers of object storage before the tests, so that none of them waits minutes for one. */
import { prepareStorageServers } from '../../support/objectStorageServers.js';

export default async function setup(): Promise<void> {
  await prepareStorageServers({ onProgress: (message) => void process.stderr.write(`${message}\n`) });
}
