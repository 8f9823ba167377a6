import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentHash } from '../../model/contentHash.js';

const column = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/).map((name) => `c_${name}`);
const value = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant('\n'),
  fc.constant('1'),
);
const row = fc.dictionary(column, value, { minKeys: 1, maxKeys: 8, noNullPrototype: true });
const rows = fc.array(row, { minLength: 1, maxLength: 6 });

test('neither the order of columns nor that of parts changes it', () => {
  const mixed = rows.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
  );
  fc.assert(
    fc.property(mixed, ([all, shuffled]) => {
      const turned = shuffled.map((each) => Object.fromEntries(Object.entries(each).reverse()));
      expect(contentHash(...turned)).toBe(contentHash(...all));
    }),
  );
});

test('what says only when and how a row came does not change it', () => {
  const names = [
    'raw',
    'extracted_at',
    'batch_id',
    'content_hash',
    'change_stamp',
    'is_automated',
    'agent_name',
  ];
  const technical = fc.record(Object.fromEntries(names.map((name) => [name, value])));
  fc.assert(
    fc.property(row, technical, technical, (says, before, after) => {
      expect(contentHash({ ...says, ...after })).toBe(contentHash({ ...says, ...before }));
      expect(contentHash(says)).toBe(contentHash({ ...says, ...before }));
    }),
  );
});

test('another value of any other column changes it', () => {
  fc.assert(
    fc.property(rows, column, value, value, (all, name, before, after) => {
      fc.pre(before !== after);
      const [first, ...others] = all;
      expect(contentHash({ ...first, [name]: after }, ...others)).not.toBe(
        contentHash({ ...first, [name]: before }, ...others),
      );
    }),
  );
});

test('a part more or less changes it, even an equal one', () => {
  fc.assert(
    fc.property(rows, row, (all, part) => {
      expect(contentHash(...all, part)).not.toBe(contentHash(...all));
    }),
  );
});

test('a value that moves to another part changes it', () => {
  expect(contentHash({ a: 1, b: 2 }, { a: 3, b: 4 })).not.toBe(contentHash({ a: 1, b: 4 }, { a: 3, b: 2 }));
});
