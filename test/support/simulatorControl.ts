/** What tests tell the simulator beside the vendor's API: faults, events, counters. */

/**
 * Calls the simulator's control API; resolves with its answer, undefined when there is none.
 *
 * @param controlUrl base of the control API, without a slash at its end
 * @throws Error with status and text when the simulator refuses
 */
export async function controlSimulator<T>(
  controlUrl: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await fetch(`${controlUrl}/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
