/** What a source hides from the client without an error, and how that differs from the audit before. Pure. */
import type { Row } from './tables.js';

/** What was looked at. */
export type VisibilityAspect = Row<'visibility'>['aspect'];

export interface VisibilityFinding {
  aspect: VisibilityAspect;
  /** What of it: the id of a division or site, or `organisation`. */
  subjectId: string;
  subjectName: string | null;
  /** Records concerned; null where they cannot be counted. */
  records: number | null;
  /** False: something is hidden from the client. Null: it could not be told. */
  isVisible: boolean | null;
  /** What it means and what to do, as sentences. */
  note: string;
}

export interface VisibilityChange {
  aspect: VisibilityAspect;
  subjectId: string;
  subjectName: string | null;
  records: number | null;
  /** `hidden`: was not before. `visible`: was hidden before. `untold`: could be told before and no longer can. */
  change: 'hidden' | 'visible' | 'untold';
}

type Seen = Pick<VisibilityFinding, 'aspect' | 'subjectId' | 'isVisible'>;

const keyOf = ({ aspect, subjectId }: Seen) => JSON.stringify([aspect, subjectId]);

/** Compares with the audit before; without one, nothing has changed. */
export function compareVisibility(
  findings: readonly VisibilityFinding[],
  before: readonly Seen[],
): VisibilityChange[] {
  if (before.length === 0) return [];
  const known = new Map(before.map((each) => [keyOf(each), each.isVisible]));
  return findings.flatMap((finding) => {
    const change = changeOf(known.get(keyOf(finding)), finding.isVisible);
    if (change === null) return [];
    const { aspect, subjectId, subjectName, records } = finding;
    return [{ aspect, subjectId, subjectName, records, change }];
  });
}

/** `before` is undefined for what the audit before did not have. */
function changeOf(
  before: boolean | null | undefined,
  now: boolean | null,
): VisibilityChange['change'] | null {
  if (now === false) return before === false ? null : 'hidden';
  if (now === true) return before === false ? 'visible' : null;
  return typeof before === 'boolean' ? 'untold' : null;
}

export const isHidden = ({ isVisible }: Pick<VisibilityFinding, 'isVisible'>) => isVisible === false;

/** A finding's subject, for people. */
export function subjectText({
  aspect,
  subjectId,
  subjectName,
}: Pick<VisibilityFinding, 'aspect' | 'subjectId' | 'subjectName'>): string {
  return subjectId === 'organisation' ? aspect : `${aspect} ${subjectName ?? subjectId}`;
}
