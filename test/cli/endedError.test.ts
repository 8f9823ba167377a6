/** What people read of a workflow that ended without a result. */
import { WorkflowFailedError } from '@temporalio/client';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  RetryState,
  TerminatedFailure,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { endedError } from '../../cli/streamWorkflow.js';

const refused = ApplicationFailure.nonRetryable('The vendor refused it');
const child = (cause: Error) =>
  new ChildWorkflowFailure(
    ...([
      'default',
      { workflowId: 'w', runId: 'r' },
      'loadWindow',
      RetryState.NON_RETRYABLE_FAILURE,
    ] as const),
    cause,
  );

const ranOut = (lastHeartbeat?: object) =>
  new ActivityFailure(
    ...(['Activity task timed out', 'extractPages', '1', RetryState.TIMEOUT, 'worker'] as const),
    new TimeoutFailure('no time for another try', lastHeartbeat, TimeoutType.SCHEDULE_TO_CLOSE),
  );

describe('a workflow that', () => {
  test.each([
    ['failed', refused, 'The run failed: The vendor refused it. See workflow id. Once more.'],
    [
      'failed within',
      child(ApplicationFailure.nonRetryable('Ask for less.')),
      'The run failed: Ask for less. See workflow id. Once more.',
    ],
    [
      'failed as a part of it was cancelled',
      child(new CancelledFailure('')),
      'The run failed: loadWindow w was cancelled. See workflow id. Once more.',
    ],
    [
      'failed as a part of it was terminated',
      child(new TerminatedFailure('')),
      'The run failed: loadWindow w was terminated. See workflow id. Once more.',
    ],
    [
      'ran out of time while a step was tried again',
      ranOut({ page: 3, failed: 'The vendor is away.' }),
      'The run failed: extractPages did not succeed in time: The vendor is away. See workflow id. Once more.',
    ],
    [
      'ran out of time while nobody worked',
      ranOut(),
      'The run failed: extractPages did not succeed in time: no time for another try. See workflow id. Once more.',
    ],
    [
      'was cancelled',
      new CancelledFailure('Workflow canceled'),
      /^The run was cancelled\. .* completes it\.$/u,
    ],
    ['was terminated', new TerminatedFailure('by hand'), /^The run was terminated\. .* completes it\.$/u],
  ])('%s', (_, cause, message) => {
    const failure = new WorkflowFailedError(
      'Workflow execution failed',
      cause,
      RetryState.MAXIMUM_ATTEMPTS_REACHED,
    );
    const error = endedError('The run', 'id', failure, 'Once more.');
    if (typeof message === 'string') expect(error.message).toBe(message);
    else expect(error.message).toMatch(message);
    expect(error.cause).toBe(failure);
  });
});
