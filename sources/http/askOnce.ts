import type { CallContext } from '../callContext.js';
import { withQuery, type ApiRequest, type ApiResponse } from './apiRequest.js';

/**
 * Sends a request unless an earlier attempt at the same work was answered; where answers are kept, this one is before it
 * resolves. Refusals and answers of another shape are not kept: another attempt asks again.
 */
export async function askOnce<T, A extends ApiResponse<T | null>>(
  request: ApiRequest<T>,
  { answers }: CallContext,
  send: () => Promise<A>,
): Promise<A> {
  if (answers === undefined || !request.repeatable) return send();
  const question = `${request.method} ${withQuery(request)} ${JSON.stringify(request.body ?? null)}`;
  const kept = answers.take(question) as Omit<A, 'data'> | undefined;
  if (kept !== undefined) {
    // Of what is not there, there is nothing to check.
    if (kept.status === 404) return { ...kept, data: null } as A;
    const checked = request.schema.safeParse(kept.raw);
    if (checked.success) return { ...kept, data: checked.data } as unknown as A;
  }
  const answer = await send();
  const { data: _, ...facts } = answer;
  await answers.keep(question, facts);
  return answer;
}
