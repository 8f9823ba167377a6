/** Workflows of a scenario that people or schedules start, besides exports of a given span. */
import type { WorkflowHandle } from '@temporalio/client';
import type { ExportHandle } from '../../../cli/runProgress.js';
import type { HeldSelection } from '../../../activities/contracts.js';
import { evaluationsOf, reconciledStreamOf } from '../../../workers/connections.js';
import { scheduleIdOf, type ConfiguredStream } from '../../../workers/schedulePlans.js';
import { triggerSchedule } from '../../../workers/schedules.js';
import { reconcileSettings, streamSettings } from '../../../workers/streamSettings.js';
import { controlQuery, pauseSignal, resumeSignal } from '../../../workflows/control.js';
import type { exportStream } from '../../../workflows/exportStream.js';
import type {
  reconcileStream,
  ReconcileResult,
  ReconcileStreamInput,
} from '../../../workflows/reconcileStream.js';
import type {
  reextractForm,
  ReextractFormInput,
  ReextractFormResult,
} from '../../../workflows/reextractForm.js';
import { taskQueues } from '../../../workflows/taskQueues.js';
import { until, type Scenario } from './scenario.js';

let runs = 0;

const options = ({ configuration }: Scenario, name: string) => ({
  workflowId: `e2e/${name}-${++runs}`,
  taskQueue: taskQueues(configuration.temporal.taskQueue).workflows,
});

type Reconciliation = [
  scenario: Scenario,
  of: ConfiguredStream,
  span: { start: string; end: string },
  more?: Partial<ReconcileStreamInput>,
];

/** Compares a span with the source and repairs it, with the stream's settings but for `more`. */
export async function reconcile(...reconciliation: Reconciliation): Promise<ReconcileResult> {
  return (await startReconciliation(...reconciliation)).result();
}

export async function startReconciliation(...[scenario, of, span, more = {}]: Reconciliation) {
  const configured = reconciledStreamOf(scenario.configuration, of.connection, of.stream);
  return scenario.client.workflow.start<typeof reconcileStream>('reconcileStream', {
    ...options(scenario, 'reconcile'),
    args: [
      {
        ...of,
        span,
        repair: true,
        settings: streamSettings(configured, 3),
        reconcile: { ...reconcileSettings(configured, scenario.configuration.alerts), notNewerThan: 0 },
        ...more,
      },
    ],
  });
}

export async function reextract(
  scenario: Scenario,
  of: ConfiguredStream,
  selection: HeldSelection,
  more: Partial<ReextractFormInput> = {},
): Promise<ReextractFormResult> {
  const settings = streamSettings(evaluationsOf(scenario.configuration, of.connection, of.stream), 3);
  return scenario.client.workflow.execute<typeof reextractForm>('reextractForm', {
    ...options(scenario, 'reextract'),
    args: [{ ...of, selection, dryRun: false, settings, ...more }],
  });
}

/** Triggers an export by its schedule; resolves once it has begun. */
export async function triggerRun({ client }: Scenario, of: ConfiguredStream): Promise<ExportHandle> {
  const schedule = client.schedule.getHandle(scheduleIdOf(of));
  const before = (await schedule.describe()).info.numActionsTaken;
  await triggerSchedule(client, of);
  const run = await until('the run to begin', async () => {
    const { info } = await schedule.describe();
    const action = info.recentActions.at(-1)?.action;
    return info.numActionsTaken > before && action?.type === 'startWorkflow' ? action.workflow : null;
  });
  return client.workflow.getHandle<typeof exportStream>(run.workflowId, run.firstExecutionRunId);
}

/** Pauses a workflow in the window it loads, and lets that window alone go on to its end. */
export async function pauseBehind(run: WorkflowHandle, window: WorkflowHandle): Promise<void> {
  await run.signal(pauseSignal);
  // It is handed on by the workflow: a window that is resumed before that waits for good.
  await until('the pause of the window', async () => (await window.query(controlQuery)).paused);
  await window.signal(resumeSignal);
  await window.result();
}

/**
 * Renames somebody whom no evaluation that is held names, so that only users as they are listed tell of it; resolves with
 * the id.
 */
export async function renameUnnamedUser({ warehouse, control }: Scenario, name: string): Promise<string> {
  const [user] = await warehouse.query(
    `SELECT min(user_id) AS id FROM users WHERE NOT EXISTS (
       SELECT 1 FROM evaluations WHERE user_id IN (agent_id, evaluator_id, assignee_id))`,
  );
  const userId = String(user?.['id']);
  await control('POST', 'events', { kind: 'renameUser', userId, name });
  return userId;
}
