/** What a guide says, in our words, and the tests that show it. */

export interface ShownBy {
  /** Below test/. */
  file: string;
  /** Title of the test as vitest names it below its file; templates of it.each as they are written. */
  test: string;
}

interface Said {
  /** Number of the guide and of the statement in it: 3.12. */
  id: string;
  statement: string;
  /** What makes it so here: stream, contract, and where it differs from the guide, how. */
  how: string;
}

/** Fulfilled and shown, or not there, which is said as plainly. */
export type Statement = Said & ({ shownBy: readonly ShownBy[] } | { missing: true });

export interface Guide {
  number: number;
  title: string;
  /** What the guide is after, for readers of the table. */
  about: string;
  statements: readonly Statement[];
}

/** Tests of one file. */
export function shown(file: string, ...tests: readonly string[]): ShownBy[] {
  return tests.map((test) => ({ file, test }));
}
