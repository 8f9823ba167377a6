/** What keeps a command from listening where --host and --port say. */
import { TidemarkError } from '../model/errors.js';

/** Waits for a server to listen. @throws TidemarkError InvalidConfig naming what cannot be had */
export async function listening<T>(host: string, starting: Promise<T>): Promise<T> {
  try {
    return await starting;
  } catch (cause) {
    throw cannotListen(host, cause);
  }
}

function cannotListen(host: string, cause: unknown): unknown {
  // A name that cannot be looked up has no port.
  const { code, port } = cause as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    return new TidemarkError('InvalidConfig', `--port ${port} is in use on ${host}.`, {
      remedy: 'Name another port; 0 takes a free one.',
      cause,
    });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EACCES') {
    const where = port === undefined ? '' : `, --port ${port}`;
    return new TidemarkError('InvalidConfig', `--host ${host}${where}: ${code}, cannot listen there.`, {
      remedy: 'Name an address of this machine, and a port from 1024 on.',
      cause,
    });
  }
  return cause;
}
