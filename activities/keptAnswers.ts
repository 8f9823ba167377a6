/**
 * Answers to the questions of an activity that hands on all it was told at once, at its end. Each is durable before the
 * next is asked: an activity that is killed repeats at most the request that was in flight.
 */
import { Context } from '@temporalio/activity';
import { TidemarkError } from '../model/errors.js';
import type { KeptAnswers } from '../sources/callContext.js';
import type { StagingStore } from '../staging/stagingStore.js';
import { callContext, ownRunDirectory } from './activityCall.js';
import { answerName, answersDirectory, batchDirectory } from './batchLayout.js';
import type { BatchRef, BudgetPriority } from './contracts.js';
import { getJson, putJson } from './stagedJson.js';

interface KeptAnswer {
  question: string;
  answer: unknown;
}

/** As `callContext`, for an activity of a run, beside its windows; its answers stay until the run ends. */
export async function runContext(
  signal: AbortSignal,
  { connection, stream, priority }: { connection: string; stream: string; priority: BudgetPriority },
  staging: StagingStore,
) {
  const answers = await openAnswers(staging, ownRunDirectory(connection, stream));
  return { ...callContext(signal, priority), answers };
}

/** Answers of an activity about a batch; they stay as long as what is staged for the batch. */
export const answersAbout = async (batch: BatchRef, staging: StagingStore): Promise<KeptAnswers> =>
  openAnswers(staging, batchDirectory(batch));

async function openAnswers(staging: StagingStore, directory: string): Promise<KeptAnswers> {
  const { workflowExecution, activityId, attempt } = Context.current().info;
  const own = answersDirectory(directory, `${workflowExecution?.runId ?? ''}-${activityId}`);
  const names = attempt === 1 ? [] : await staging.list(`${own}/`);
  const kept: KeptAnswer[] = [];
  for (const name of names) kept.push(...(await readAnswer(staging, name)));
  let number = names.length;
  return {
    take: (question) => {
      const index = kept.findIndex((each) => each.question === question);
      return index === -1 ? undefined : kept.splice(index, 1)[0]?.answer;
    },
    keep: async (question, answer) => {
      const content: KeptAnswer = { question, answer };
      await putJson(staging, answerName(own, ++number), content, 1);
    },
  };
}

/** One that cannot be read is asked for again. */
async function readAnswer(staging: StagingStore, name: string): Promise<KeptAnswer[]> {
  try {
    const kept = await getJson<KeptAnswer>(staging, name);
    return kept === undefined ? [] : [kept];
  } catch (error) {
    if (error instanceof TidemarkError && error.kind === 'LoadRefused') return [];
    throw error;
  }
}
