import { TidemarkError } from '../../model/errors.js';

/**
 * Reads what a page needs beside its own answer. Where that cannot be used, it is the page that cannot: its answer is
 * what is kept, and what says where to read on. Without a page (undefined) nothing is passed over: reading fails.
 */
export async function readBeside<T>(page: unknown, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof TidemarkError ? error.about(page) : error;
  }
}
