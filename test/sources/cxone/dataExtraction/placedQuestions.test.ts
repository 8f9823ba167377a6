import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formVersionOf, placedQuestions } from '../../../../sources/cxone/data-extraction/placedQuestions.js';

const question = (sectionid: string, questionid: string, questionnumber: string) => ({
  ...{ sectionid, questionid, questionnumber },
});

const placesOf = (rows: readonly ReturnType<typeof question>[]) =>
  placedQuestions(rows).map(({ questionId, sectionId, sectionIndex, index }) => [
    ...[sectionIndex, index, sectionId, questionId],
  ]);

test.each([
  [
    'numbers through the form',
    [question('b', 'q-3', '10'), question('b', 'q-2', '9'), question('a', 'q-1', '2')],
    [
      [0, 0, 'a', 'q-1'],
      [1, 0, 'b', 'q-2'],
      [1, 1, 'b', 'q-3'],
    ],
  ],
  [
    'numbers by section',
    [question('a', 'q-1', '2.1'), question('b', 'q-2', '1.10'), question('b', 'q-3', '1.9')],
    [
      [0, 0, 'b', 'q-3'],
      [0, 1, 'b', 'q-2'],
      [1, 0, 'a', 'q-1'],
    ],
  ],
  [
    'no numbers at all',
    [question('a', 'q-2', ''), question('a', 'q-1', '')],
    [
      [0, 0, 'a', 'q-1'],
      [0, 1, 'a', 'q-2'],
    ],
  ],
  [
    'a question that stands in two sections',
    [question('a', 'q-1', '1'), question('b', 'q-1', '2'), question('b', 'q-2', '3')],
    [
      [0, 0, 'a', 'a/q-1'],
      [1, 0, 'b', 'b/q-1'],
      [1, 1, 'b', 'q-2'],
    ],
  ],
])('questions stand in the order of the form: %s', (_, rows, places) => {
  expect(placesOf(rows)).toEqual(places);
});

test('they stand as they do in any order of rows, each at a place and with an id of its own', () => {
  const rows = fc.uniqueArray(fc.record({ section: fc.nat(3), question: fc.nat(6), number: fc.nat(12) }), {
    selector: ({ section, question: id }) => `${section} ${id}`,
    maxLength: 20,
  });
  fc.assert(
    fc.property(
      rows.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([all, shuffled]) => {
        const texts = (each: (typeof all)[number]) =>
          question(`g-${each.section}`, `q-${each.question}`, String(each.number));
        const places = placesOf(all.map(texts));
        expect(placesOf(shuffled.map(texts))).toEqual(places);
        expect(new Set(places.map(([section, index]) => `${section} ${index}`)).size).toBe(all.length);
        expect(new Set(places.map(([, , , id]) => id)).size).toBe(all.length);
      },
    ),
  );
});

test.each([
  [{ formname: 'Service', formversion: '3' }, [{ formid: 'f-1' }], ['f-1/3', 'f-1', 'Service']],
  [{ formname: 'Service', formversion: '3' }, [{}, { formid: 'f-1' }], ['f-1/3', 'f-1', 'Service']],
  [{ formname: 'Service', formversion: '3' }, [], ['name:Service/3', 'name:Service', 'Service']],
  [{}, [{ formid: 'f-1', formname: 'Service', formversion: '2' }], ['f-1/2', 'f-1', 'Service']],
  [{ formversion: '3' }, [{ formid: 'f-1' }], ['f-1/3', 'f-1', 'f-1']],
  [{ formname: 'Service' }, [{ formid: 'f-1' }], null],
  [{ formversion: '3' }, [], null],
])('of %j and %j, the form is %j', (workflow, questions, form) => {
  const version = formVersionOf(workflow, questions);
  expect(version === null ? null : [version.formId, version.contextId, version.name]).toEqual(form);
});
