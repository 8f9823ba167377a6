import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port of the loopback that nothing listens on at the moment. */
export async function freePort(): Promise<number> {
  return bound(0);
}

/** The same, where a port has to fit into 15 bits: systems give out higher ones. */
export async function freeLowPort(): Promise<number> {
  const [lowest, highest] = [10_000, 32_767];
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    try {
      return await bound(port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

async function bound(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
