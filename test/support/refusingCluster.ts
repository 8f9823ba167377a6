/** A Temporal cluster that permits only some of its operations, spoken to by gRPC. */
import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';

export interface RefusingCluster {
  /** host:port */
  address: string;
  close(): Promise<void>;
}

const ok = '0';
const permissionDenied = '7';
/** No compression, and a message of no bytes: one without any of its fields. */
const emptyMessage = Buffer.alloc(5);

/** Answers the named operations with an empty message, and that it does not permit any other. */
export async function startRefusingCluster(permitted: readonly string[]): Promise<RefusingCluster> {
  const sessions = new Set<{ destroy(): void }>();
  const server = createServer();
  server.on('session', (session) => void sessions.add(session));
  server.on('stream', (stream, headers) => {
    const answer = { ':status': 200, 'content-type': 'application/grpc' };
    if (!permitted.some((operation) => headers[':path']?.endsWith(`/${operation}`))) {
      const refusal = { 'grpc-status': permissionDenied, 'grpc-message': 'Request unauthorized.' };
      stream.respond({ ...answer, ...refusal }, { endStream: true });
      return;
    }
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': ok }));
    stream.respond(answer, { waitForTrailers: true });
    stream.end(emptyMessage);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}
