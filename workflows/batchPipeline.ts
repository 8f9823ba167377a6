/**
 * Batches one behind the other: while one is loaded, the next is prepared and those after it are extracted. Each stage
 * takes one batch at a time and may be ahead of the stage behind it, so that none waits for its neighbour with every
 * batch; but only by so much that what is staged stays little.
 */
export interface BatchPipeline<E> {
  /** Resolves when another batch may be extracted. Rejects when one has failed, once all before it are loaded. */
  room(): Promise<void>;
  /**
   * Hands an extraction on to the stages behind it. When it fails, what was extracted before it is loaded first: where
   * the next run goes on depends on it.
   */
  take(extracting: Promise<E>): Promise<E>;
  /** Takes what is under way to its end. */
  end(): Promise<void>;
}

/** Batches that wait for being prepared, and for being loaded. */
const [extractedAhead, preparedAhead] = [2, 1];
const remembered = Math.max(extractedAhead, preparedAhead) + 1;

export function batchPipeline<E, P>(
  prepare: (extracted: E) => Promise<P>,
  load: (prepared: P) => Promise<void>,
): BatchPipeline<E> {
  const preparing: Promise<P>[] = [];
  const loading: Promise<void>[] = [];

  const add = (extracted: E) => {
    const turn = Promise.all([preparing.at(-1), loading.at(-preparedAhead - 1)]);
    const prepared = turn.then(async () => prepare(extracted));
    const loaded = Promise.resolve(loading.at(-1)).then(async () => load(await prepared));
    preparing.push(prepared);
    loading.push(loaded);
    // Nobody asks for earlier ones, and a window may have a thousand.
    for (const stage of [preparing, loading]) if (stage.length > remembered) stage.shift();
    // Whoever waits for them next sees how they failed; until then a run may be paused.
    for (const stage of [prepared, loaded]) stage.catch(() => undefined);
  };
  const end = async () => loading.at(-1);
  return {
    end,
    room: async () => {
      const prepared = preparing.at(-extractedAhead - 1);
      await prepared?.catch(async () => loading.at(-extractedAhead - 1));
    },
    take: async (extracting) => {
      try {
        const extracted = await extracting;
        add(extracted);
        return extracted;
      } catch (error) {
        await end();
        throw error;
      }
    },
  };
}
