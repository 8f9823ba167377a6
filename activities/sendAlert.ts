import { Context } from '@temporalio/activity';
import type { Alert } from '../model/alert.js';
import { withHeartbeat } from './activityCall.js';
import type { Dependencies } from './dependencies.js';

/** Tells people. A repeated attempt sends the same alert under the same idempotency key. */
export function createSendAlert({ alerts }: Pick<Dependencies, 'alerts'>) {
  return async function sendAlert(alert: Alert): Promise<void> {
    const { attempt } = Context.current().info;
    return withHeartbeat(async ({ signal }) => alerts.send(alert, signal, attempt));
  };
}
