import { callContext, withHeartbeat } from './activityCall.js';
import type { CountCreatedInput, CountedCreations } from './reconciliationContracts.js';
import type { Dependencies } from './dependencies.js';

/** Asks the source's analytics how many evaluations were created, by day and division. */
export function createCountCreated({ source }: Pick<Dependencies, 'source'>) {
  return async function countCreated(input: CountCreatedInput): Promise<CountedCreations> {
    return withHeartbeat(async ({ signal }) => {
      const context = callContext(signal, input.priority);
      const counts = await source(input.connection, input.stream).countCreated(input.span, context);
      return { counts, requests: context.meter.requests };
    });
  };
}
