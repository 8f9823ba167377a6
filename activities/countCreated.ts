import { withHeartbeat } from './activityCall.js';
import { reconciledOf } from './comparedWindow.js';
import type { CountCreatedInput, CountedCreations } from './reconciliationContracts.js';
import type { Dependencies } from './dependencies.js';
import { runContext } from './keptAnswers.js';

/** Asks the source's analytics how many evaluations were created, by day and division. */
export function createCountCreated({ source, staging }: Pick<Dependencies, 'source' | 'staging'>) {
  return async function countCreated(input: CountCreatedInput): Promise<CountedCreations> {
    return withHeartbeat(async ({ signal }) => {
      const context = await runContext(signal, input, staging);
      const of = source(input.connection, input.stream);
      const { kind } = reconciledOf(of, input);
      const counts = kind === 'evaluation' ? await of.countCreated(input.span, context) : null;
      return { kind, counts, requests: context.meter.requests };
    });
  };
}
