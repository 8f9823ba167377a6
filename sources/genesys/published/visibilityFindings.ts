/** Findings of what the vendor hides, or of what it would not tell. */
import type { VisibilityAspect, VisibilityFinding } from '../../../model/visibility.js';
import { isRefusal } from '../../http/refusal.js';

export const permissions = {
  view: 'quality:evaluation:view',
  search: 'quality:evaluation:searchAny',
  aggregates: 'analytics:evaluationAggregate:view',
} as const;

export const organisation = { subjectId: 'organisation', subjectName: null } as const;

export function untold(aspect: VisibilityAspect, permission: string): VisibilityFinding {
  return {
    ...organisation,
    aspect,
    records: null,
    isVisible: null,
    note: `It could not be told: the source refuses the question, mostly for lack of ${permission}.`,
  };
}

export function hiding(
  aspect: VisibilityAspect,
  records: number,
  hidden: string,
  none: string,
): VisibilityFinding {
  return {
    ...organisation,
    aspect,
    records,
    isVisible: records === 0,
    note: records === 0 ? none : `Evaluations ${hidden}.`,
  };
}

export async function unlessRefused<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}
