import { describe, expect, test } from 'vitest';
import { mapTemplate, structureHash } from '../../../sources/genesys/guide/mapTemplate.js';
import { expectRegistered, only } from '../genesys/rows.js';
import { mapping, option, template, templateItem } from './fixtures.js';

const sections = (items: readonly object[], more: object = {}) => ({
  sections: [{ id: 's1', name: 'Section s1', weight: 2, items, ...more }],
});

describe('a template', () => {
  test('has the columns of the registry', () => expectRegistered(mapTemplate(template(), mapping)));

  test('is a form with questions and options in their order', () => {
    const rows = mapTemplate(
      template(sections([templateItem('q1'), templateItem('q2', { answers: null })])),
      mapping,
    );
    expect(only(rows.forms)).toMatchObject({
      form_id: 'template-1',
      name: 'Service',
      form_version: '00000001',
      modified_at: '2026-09-01T00:00:00.000Z',
      change_stamp: '2026-09-01T00:00:00.000Z',
    });
    expect(rows.form_questions).toMatchObject([
      {
        question_id: 'q1',
        question_group_id: 's1',
        group_index: 0,
        group_weight: 2,
        question_index: 0,
        max_score: 4,
      },
      { question_id: 'q2', question_index: 1 },
    ]);
    expect(rows.form_answer_options).toMatchObject([
      { question_id: 'q1', answer_id: 'o1', option_index: 0, text: 'Fully', value: 4 },
      { question_id: 'q1', answer_id: 'o2', option_index: 1 },
      { question_id: 'q1', answer_id: 'o3', option_index: 2 },
    ]);
  });

  test.each([
    ['its version', { version: 2 }],
    ['its name', { name: 'Sales' }],
    ['the weight of a section', sections([templateItem('q1')], { weight: 3 })],
    ['the weight of a question', sections([templateItem('q1', { weight: 1 })])],
    ['the points of a question', sections([templateItem('q1', { maxScore: 5 })])],
    ['the text of a question', sections([templateItem('q1', { questionText: 'Really?' })])],
    ['the value of an option', sections([templateItem('q1', { answers: [option('o1', 'Fully', 5)] })])],
    ['another question', sections([templateItem('q1'), templateItem('q2')])],
  ])('that was edited in %s has another structure', (_, more) => {
    expect(structureHash(template(more))).not.toBe(structureHash(template()));
  });

  test.each([
    ['read at another time', {}],
    ['with a field that no row is made of', { owner: 'somebody' }],
  ])('%s has the same structure', (_, more) => {
    expect(structureHash({ ...template(more), extractedAt: '2027-01-01T00:00:00.000Z' })).toBe(
      structureHash(template()),
    );
  });
});
