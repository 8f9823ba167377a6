/**
 * What the contract hides: it leaves records out without a word and says of no division whether it is granted. What can
 * be seen is which divisions show records of a window at all, and whether all at once show the same as each on its own.
 */
import type { Interval } from '../../../model/interval.js';
import type { VisibilityFinding } from '../../../model/visibility.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext } from '../../source.js';
import { readDivisions } from './divisions.js';
import { changedIn, evaluationPageSize, evaluationsPath } from './evaluationLists.js';
import { idsListed } from '../../lists/idsListed.js';

/** Ids of the records that a division shows, or all of them together. */
export type IdsOf = (divisionId: string) => Promise<ReadonlySet<string>>;

export const allDivisionsId = 'all';

export async function auditDivisions(
  api: ApiClient,
  idsOf: IdsOf,
  context: CallContext,
): Promise<VisibilityFinding[]> {
  const { listed } = await readDivisions(api, context);
  const findings: VisibilityFinding[] = [];
  const each = new Set<string>();
  for (const { entity: division } of listed) {
    const ids = await idsOf(division.id);
    for (const id of ids) each.add(id);
    findings.push({
      aspect: 'division',
      subjectId: division.id,
      subjectName: division.name ?? null,
      records: ids.size,
      isVisible: ids.size > 0 ? true : null,
      note:
        ids.size > 0
          ? 'The client may read its records.'
          : 'It shows no record of the window: there is none, or the client may not read it. Compare with somebody who may.',
    });
  }
  return [...findings, differenceOf(await idsOf(allDivisionsId), each)];
}

function differenceOf(all: ReadonlySet<string>, each: ReadonlySet<string>): VisibilityFinding {
  const onlyAll = [...all].filter((id) => !each.has(id)).length;
  const onlyEach = [...each].filter((id) => !all.has(id)).length;
  const records = onlyAll + onlyEach;
  return {
    aspect: 'divisions-at-once',
    subjectId: 'organisation',
    subjectName: null,
    records,
    isVisible: records === 0,
    note:
      records === 0
        ? 'All divisions at once show the same records as each on its own.'
        : `All divisions at once leave out ${onlyEach} records that single ones show, and show ${onlyAll} that no single one does: neither way of reading is complete.`,
  };
}

/** Evaluations that changed in the window; nothing of them but their ids. */
export const changedEvaluationIds = async (
  api: ApiClient,
  window: Interval,
  divisionId: string,
  context: CallContext,
): Promise<Set<string>> =>
  idsListed(
    api,
    {
      path: evaluationsPath,
      query: {
        dateModifiedRange: changedIn(window),
        pageSize: evaluationPageSize,
        fields: ['id'],
        divisionId,
      },
      tokenAs: 'cursor',
    },
    context,
  );
