/** What a record keeps of its rows: nothing is lost, and nothing stands twice. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyOf, questionsIn } from '../../../../sources/cxone/data-extraction/workflowBody.js';

const rows = fc.array(
  fc.dictionary(
    fc.constantFrom('Agent ID', 'Question ID', 'Answer', '__proto__x', 'Actual Score'),
    fc.constantFrom('', 'a', 'b', 'it says "no"'),
  ),
  { maxLength: 6 },
);
const filled = (row: Record<string, string>) =>
  Object.fromEntries(Object.entries(row).filter(([, text]) => text !== ''));

test('questions come back as they were, but for empty fields', () => {
  fc.assert(
    fc.property(rows, (questions) => {
      expect(questionsIn(bodyOf({ id: 'w' }, questions)).map(filled)).toEqual(questions.map(filled));
    }),
  );
});

test('what all questions say stands once', () => {
  const questions = ['q-1', 'q-2', 'q-3'].map((id) => ({ 'Question ID': id, 'Agent ID': 'a', Answer: '' }));
  expect(bodyOf({ 'Workflow ID': 'w' }, questions)).toEqual({
    workflow: { 'Workflow ID': 'w' },
    shared: { 'Agent ID': 'a' },
    questions: [{ 'Question ID': 'q-1' }, { 'Question ID': 'q-2' }, { 'Question ID': 'q-3' }],
  });
  expect(bodyOf({}, [])).toEqual({ workflow: {}, shared: {}, questions: [] });
});
