import { once } from 'node:events';
import { createServer } from 'node:net';

/** What systems give to outgoing connections lies above: such a port may be taken again before a server listens. */
const [lowest, highest] = [10_000, 32_767];

/** A port of the loopback that nothing listens on at the moment; it fits into 15 bits. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    const probe = createServer().listen(port, '127.0.0.1');
    try {
      await once(probe, 'listening');
      return port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    } finally {
      await new Promise((closed) => probe.close(closed));
    }
  }
}
