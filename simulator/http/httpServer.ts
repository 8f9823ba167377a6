import Fastify, { type FastifyInstance } from 'fastify';
import type { VirtualClock } from '../clock.js';

/** An HTTP server as every contract needs one: bodies as text, errors of its own, the organisation's time. */
export function createHttpServer(clock: VirtualClock): FastifyInstance {
  const server = Fastify({
    logger: false,
    forceCloseConnections: true,
    bodyLimit: 512_000,
    routerOptions: { maxParamLength: 500 },
  });
  // Bodies are read as text: the contract decides what is understood, and the counters tell requests apart by it.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  // Whoever compares times of the organisation with the time of an answer must find them on one clock.
  server.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('date')) reply.header('date', new Date(clock.now()).toUTCString());
  });
  return server;
}
