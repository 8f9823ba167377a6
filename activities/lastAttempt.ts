/**
 * What an attempt of an activity leaves for whoever asks why it ran out of time: of one whose time ends in the middle of
 * a further attempt, Temporal tells nothing but its last heartbeat.
 */
import { Context } from '@temporalio/activity';

export interface LastAttempt {
  failed: string;
}

/** To be called when an attempt has failed, before it is told. */
export function noteFailedAttempt(error: unknown): void {
  const note: LastAttempt = { failed: error instanceof Error ? error.message : String(error) };
  Context.current().heartbeat(note);
}

/** What the attempt before has left, for heartbeats to carry on. */
export function failedAttempt(): LastAttempt | undefined {
  const { heartbeatDetails } = Context.current().info as { heartbeatDetails?: unknown };
  return isLastAttempt(heartbeatDetails) ? { failed: heartbeatDetails.failed } : undefined;
}

const isLastAttempt = (details: unknown): details is LastAttempt =>
  typeof details === 'object' &&
  details !== null &&
  'failed' in details &&
  typeof details.failed === 'string';
