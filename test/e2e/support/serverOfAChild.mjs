// Starts a development server and prints its process id and address; the test then kills this process.
import { startDevelopmentServer } from '../../../dist/workers/developmentServer.js';

const server = await startDevelopmentServer({ ui: false, searchAttributes: {} });
process.stdout.write(`${JSON.stringify({ pid: server.pid, address: server.address })}\n`);
