/** Tables are in place before they are written, without asking for each of them every time. */

/** Runs work that needs all tables; throws what the work throws, or what making them does. */
type WithTables = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Makes the schema before the first work, and again when work failed because something of it is not there: somebody
 * may have taken it away meanwhile. The work is then done again, and must be such that this does no harm.
 * @param isIncomplete whether an error of work says that a table or a column is missing
 */
export function createPreparation(
  ensureSchema: () => Promise<unknown>,
  isIncomplete: (error: unknown) => boolean,
): WithTables {
  let prepared: Promise<unknown> | undefined;

  /** Unless others have begun anew since. */
  const forget = (preparation: Promise<unknown>) => {
    if (prepared === preparation) prepared = undefined;
  };

  const preparing = () => {
    const preparation = (prepared ??= ensureSchema());
    preparation.catch(() => forget(preparation));
    return preparation;
  };

  return async (work) => {
    const preparation = preparing();
    await preparation;
    try {
      return await work();
    } catch (error) {
      if (!isIncomplete(error)) throw error;
      forget(preparation);
      await preparing();
      return work();
    }
  };
}
