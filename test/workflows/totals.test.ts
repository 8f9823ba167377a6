/** What runs add up over their windows. */
import { expect, test } from 'vitest';
import { addNotes } from '../../workflows/totals.js';

test('a note is told once, and more notes than anybody reads are not carried along', () => {
  const notes: string[] = [];
  for (let window = 0; window < 5_000; window++) addNotes(notes, ['The same.', `Of window ${window}.`]);
  expect(notes.slice(0, 3)).toEqual(['The same.', 'Of window 0.', 'Of window 1.']);
  expect(notes).toHaveLength(201);
  expect(notes.at(-1)).toBe('There are more than 200 notes: the results of the windows have all of theirs.');
});
