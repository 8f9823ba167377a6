/** What both kinds of files have in common. */

/** What a field holds; nothing where it is undefined. */
export type Field = string | number | boolean | Moment | undefined;

/** A moment, epoch milliseconds, that is written as the options say. */
export class Moment {
  constructor(readonly instant: number) {}
}

/** A column by its header, with what it holds of a row. */
export type Columns<Row> = readonly (readonly [header: string, field: (row: Row) => Field])[];

export const moment = (instant: number | undefined): Moment | undefined =>
  instant === undefined ? undefined : new Moment(instant);

/** First and last name: what stands before and behind the first blank. */
export function namesOf(person: { name: string } | undefined): [first: string, last: string] {
  const [first = '', ...last] = (person?.name ?? '').split(' ');
  return [first, last.join(' ')];
}
