/**
 * Starts a development server on the state directory it is given, prints the server's process id and waits for ever:
 * a command that can be killed. It exits on SIGINT without closing anything.
 */
import { startDevelopmentServer } from '../../../dist/workers/developmentServer.js';

const server = await startDevelopmentServer({
  stateDirectory: process.argv[2],
  ui: false,
  searchAttributes: {},
});
process.on('SIGINT', () => process.exit(130));
console.log(server.pid);
setInterval(() => {}, 1_000);
