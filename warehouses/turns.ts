/** Operations on one thing, one after the other within this process. */

/** The last operation waiting for each thing. */
const queues = new Map<string, Promise<unknown>>();

/** Runs work once every earlier operation on the same key is over, however that one ended. */
export async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = queues.get(key) ?? Promise.resolve();
  const run = before.then(work);
  const settled = run.catch(() => undefined);
  queues.set(key, settled);
  try {
    return await run;
  } finally {
    if (queues.get(key) === settled) queues.delete(key);
  }
}
