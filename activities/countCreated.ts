import { callContext, withHeartbeat } from './activityCall.js';
import { reconciledKindOf } from './comparedWindow.js';
import type { CountCreatedInput, CountedCreations } from './reconciliationContracts.js';
import type { Dependencies } from './dependencies.js';

/** Asks the source's analytics how many evaluations were created, by day and division. */
export function createCountCreated({ source }: Pick<Dependencies, 'source'>) {
  return async function countCreated(input: CountCreatedInput): Promise<CountedCreations> {
    return withHeartbeat(async ({ signal }) => {
      const context = callContext(signal, input.priority);
      const of = source(input.connection, input.stream);
      const kind = reconciledKindOf(of, input);
      const counts = kind === 'evaluation' ? await of.countCreated(input.span, context) : null;
      return { kind, counts, requests: context.meter.requests };
    });
  };
}
