/** Batches one behind the other: while one is loaded, the next is prepared and the one after it extracted. */
export interface BatchPipeline<E> {
  /**
   * Waits for an extraction and for the stages before it, then moves every batch one stage on. When the extraction
   * fails, what was extracted before it is loaded first: where the next run goes on depends on it.
   */
  follow(extracting: Promise<E>): Promise<E>;
  /** Takes what is under way to its end. */
  end(): Promise<void>;
}

export function batchPipeline<E, P>(
  prepare: (extracted: E) => Promise<P>,
  load: (prepared: P) => Promise<void>,
): BatchPipeline<E> {
  let preparing: Promise<P[]> = Promise.resolve([]);
  let loading: Promise<void> = Promise.resolve();

  const loadAll = async (batches: readonly P[]) => {
    for (const prepared of batches) await load(prepared);
  };
  const end = async () => {
    // A load under way is waited for when the preparation behind it fails, too.
    const prepared = await afterFailure(preparing, async () => loading);
    await loading;
    await loadAll(prepared);
  };
  return {
    end,
    async follow(extracting) {
      const [extracted, prepared] = await Promise.all([
        afterFailure(extracting, end),
        afterFailure(preparing, async () => loading),
        loading,
      ]);
      preparing = prepare(extracted).then((next) => [next]);
      loading = loadAll(prepared);
      // Whoever waits for them next sees how they failed; until then a run may be paused.
      for (const stage of [loading, preparing]) stage.catch(() => undefined);
      return extracted;
    },
  };
}

/** Like the work; when it fails, something else comes before anyone hears of it. */
async function afterFailure<T>(work: Promise<T>, before: () => Promise<unknown>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    await before();
    throw error;
  }
}
