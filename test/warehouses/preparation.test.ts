import { describe, expect, it } from 'vitest';
import { createPreparation } from '../../warehouses/preparation.js';

const missing = new Error('there is no such table');

/** A schema that can be taken away, and what was asked of it. */
function schema({ refusals = 0 } = {}) {
  const state = { isThere: false, made: 0, refusals };
  const withTables = createPreparation(
    async () => {
      await Promise.resolve();
      state.made += 1;
      if (state.made <= state.refusals) throw new Error('the server is away');
      state.isThere = true;
    },
    (error) => error === missing,
  );
  const write = async () => {
    await Promise.resolve();
    if (!state.isThere) throw missing;
    return 'written';
  };
  return { state, withTables, write };
}

describe('the tables', () => {
  it('are made once, for work that comes one after the other or at the same time', async () => {
    const { state, withTables, write } = schema();
    await Promise.all([withTables(write), withTables(write), withTables(write)]);
    expect(await withTables(write)).toBe('written');
    expect(state.made).toBe(1);
  });

  it('are made again when work finds them missing, once for all who find it', async () => {
    const { state, withTables, write } = schema();
    await withTables(write);
    state.isThere = false;
    expect(await Promise.all([withTables(write), withTables(write)])).toEqual(['written', 'written']);
    expect(state.made).toBe(2);
  });

  it('are tried again by the next work when they could not be made', async () => {
    const { state, withTables, write } = schema({ refusals: 1 });
    const both = await Promise.allSettled([withTables(write), withTables(write)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await withTables(write)).toBe('written');
    expect(state.made).toBe(2);
  });

  it('are not the reason of other failures, nor of one that making them does not mend', async () => {
    const { state, withTables } = schema();
    const other = new Error('the disk is full');
    await expect(withTables(async () => Promise.reject(other))).rejects.toBe(other);
    expect(state.made).toBe(1);
    let attempts = 0;
    const never = async () => {
      attempts += 1;
      throw missing;
    };
    await expect(withTables(never)).rejects.toBe(missing);
    expect([attempts, state.made]).toEqual([2, 2]);
  });
});
