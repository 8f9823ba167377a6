import { expect, it } from 'vitest';
import { allEnded } from '../../workflows/allEnded.js';

const later = async () => new Promise<void>((done) => setTimeout(done, 5));

it('resolves with what each has come to', async () => {
  expect(await allEnded([later().then(() => 1), Promise.resolve('two')])).toEqual([1, 'two']);
});

it('rejects with what failed, once the others have ended', async () => {
  let ended = false;
  const other = later().then(() => {
    ended = true;
  });
  await expect(allEnded([Promise.reject(new Error('no')), other])).rejects.toThrow('no');
  expect(ended).toBe(true);
});
