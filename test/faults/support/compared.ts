/** An act that is played under faults, held against itself without any. */
import { expect } from 'vitest';
import type { Act } from './acts.js';
import { differences } from './dump.js';
import { install, type Installation, type World } from './installation.js';

export interface Played {
  contents: Record<string, string[]>;
  requests: Record<string, number>;
  /** Names of the files in staging. */
  staged: string[];
}

/** What an installation has come to; nobody may be working. */
export async function whatItCameTo({ contents, requests, staged }: Installation): Promise<Played> {
  return { contents: await contents(), requests: await requests(), staged: await staged() };
}

/** Plays the act by one worker, undisturbed. */
export async function undisturbed(world: World, act: Act, warehouse?: string): Promise<Played> {
  const installation = await install(world, act.name, undefined, warehouse);
  const worker = installation.startWorker();
  try {
    await act.run(installation);
    await worker.stop();
    const played = await whatItCameTo(installation);
    // Nothing could differ from nothing.
    expect(Object.values(played.contents).flat().length).toBeGreaterThan(100);
    return played;
  } finally {
    await worker.stop();
    await installation.close();
  }
}

/** Same rows, and nothing left lying in staging. */
export async function expectSame(installation: Installation, expected: Played): Promise<Played> {
  const found = await whatItCameTo(installation);
  expect(differences(expected.contents, found.contents)).toEqual({});
  expect(found.staged).toEqual(expected.staged);
  return found;
}
