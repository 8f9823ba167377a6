import { describe, expect, it } from 'vitest';
import { parseMoment, parseWhole } from '../../cli/options.js';

describe('a moment', () => {
  it.each([
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T05:00:00Z', '2026-11-01T05:00:00.000Z'],
    ['2026-11-01T05:00:00.5+02:00', '2026-11-01T03:00:00.500Z'],
  ])('%s is %s', (text, moment) => expect(parseMoment(text)).toBe(moment));

  it.each(['2026-02-30', '2026-11-01T05:00:00', '2026-11-01T05:00:00+99:00', '2026-11-01T25:00:00Z', ''])(
    '"%s" is none',
    (text) => expect(() => parseMoment(text)).toThrow(`"${text}" is neither a date nor a time`),
  );
});

describe('a whole number', () => {
  it.each(['', ' ', '0x10', '1e1', '1.0', '11'])('"%s" is none from 0 to 10', (text) => {
    expect(() => parseWhole(0, 10)(text)).toThrow(`"${text}" is not a whole number from 0 to 10`);
  });
});
