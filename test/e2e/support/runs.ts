/** Workflows of a scenario that people or schedules start, besides exports. */
import type { HeldSelection } from '../../../activities/contracts.js';
import { evaluationsOf, reconciledStreamOf } from '../../../workers/connections.js';
import type { ConfiguredStream } from '../../../workers/schedulePlans.js';
import { reconcileSettings, streamSettings } from '../../../workers/streamSettings.js';
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
import type { Scenario } from './scenario.js';

let runs = 0;

const options = ({ configuration }: Scenario, name: string) => ({
  workflowId: `e2e/${name}-${++runs}`,
  taskQueue: taskQueues(configuration.temporal.taskQueue).workflows,
});

/** Compares a span with the source and repairs it, with the stream's settings but for `more`. */
export async function reconcile(
  scenario: Scenario,
  of: ConfiguredStream,
  span: { start: string; end: string },
  more: Partial<ReconcileStreamInput> = {},
): Promise<ReconcileResult> {
  const configured = reconciledStreamOf(scenario.configuration, of.connection, of.stream);
  return scenario.client.workflow.execute<typeof reconcileStream>('reconcileStream', {
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
