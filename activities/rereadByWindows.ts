/** Evaluations that cannot be read by id are read again with the windows they were submitted in: which, and what of it. */
import { rereadWindows } from '../model/rereadWindows.js';
import type { Interval } from '../model/interval.js';
import { withHeartbeat } from './activityCall.js';
import { askedName } from './batchLayout.js';
import { readCompared } from './comparedWindow.js';
import type { HeldSelection } from './contracts.js';
import type { Dependencies } from './dependencies.js';
import type { ComparedRecord } from '../model/reconciliation.js';
import { putJson, requireJson } from './stagedJson.js';

export interface PlanRereadInput {
  connection: string;
  selection: HeldSelection;
  /** Staging directory that keeps which evaluations are asked for. */
  directory: string;
  /** No window claims to be complete beyond it, ISO 8601 UTC. */
  until: string;
}

export interface PlannedReread {
  windows: Interval[];
  /** Without a date of submission: no window shows them. */
  undated: number;
}

export interface ConcludeRereadInput {
  directory: string;
  /** Staging directories of the windows as they were read and compared. */
  comparedDirectories: string[];
}

export interface ConcludedReread {
  changed: number;
  unchanged: number;
  /** Shown by none of the windows. */
  notShown: number;
}

/** The windows that should show the evaluations which the warehouse holds of a selection. */
export function createPlanReread({ staging, warehouse }: Pick<Dependencies, 'staging' | 'warehouse'>) {
  return async function planReread(input: PlanRereadInput): Promise<PlannedReread> {
    return withHeartbeat(async () => {
      const held = await warehouse.heldEvaluations(input.connection, input.selection);
      const dated = held.flatMap(({ id, submittedAt }) =>
        submittedAt === null ? [] : [{ id, submittedAt }],
      );
      await putJson(
        staging,
        askedName(input.directory),
        dated.map(({ id }) => id),
        dated.length,
      );
      return {
        windows: rereadWindows(
          dated.map(({ submittedAt }) => submittedAt),
          input.until,
        ),
        undated: held.length - dated.length,
      };
    });
  };
}

/** What became of the evaluations that were asked for; others of the same days are not counted. */
export function createConcludeReread({ staging }: Pick<Dependencies, 'staging'>) {
  return async function concludeReread({
    directory,
    comparedDirectories,
  }: ConcludeRereadInput): Promise<ConcludedReread> {
    return withHeartbeat(async () => {
      const verdicts = new Map<string, ComparedRecord['verdict']>();
      for (const windowDirectory of comparedDirectories) {
        const { compared } = await readCompared(staging, { windowDirectory });
        for (const { id, verdict } of compared.values()) {
          // One that two windows show was repaired by the first.
          if (!verdicts.has(id)) verdicts.set(id, verdict);
        }
      }
      const result: ConcludedReread = { changed: 0, unchanged: 0, notShown: 0 };
      for (const id of await requireJson<string[]>(staging, askedName(directory))) {
        const verdict = verdicts.get(id);
        if (verdict === undefined) result.notShown += 1;
        else if (verdict === 'equal') result.unchanged += 1;
        else result.changed += 1;
      }
      return result;
    });
  };
}
