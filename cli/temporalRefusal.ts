/** What a Temporal cluster refuses, in words: the SDK keeps the reason in the cause of an error that does not name it. */
import { isGrpcServiceError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { TidemarkError } from '../model/errors.js';
import { refusals, targetFromEnvironment } from '../workers/temporalTarget.js';
import { developmentSearchAttributes } from './session.js';

/** Statuses of gRPC that mean the cluster or a worker could not do it now. */
const outages: readonly number[] = [1, 4, 8, 13, 14];
const [deadlineExceeded, notFound, unavailable] = [4, 5, 14];
const otherNamespace = 'Correct TEMPORAL_NAMESPACE, or create the namespace.';

/** The same error as one that says why and what helps; null where it is no refusal of the cluster. */
export function temporalRefusal(error: unknown): TidemarkError | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof NamespaceNotFoundError) {
    return new TidemarkError('InvalidConfig', `The cluster has no namespace "${error.namespace}".`, {
      remedy: otherNamespace,
      cause: error,
    });
  }
  const answer = isGrpcServiceError(error) ? error : error.cause;
  if (!isGrpcServiceError(answer)) return null;
  const { code } = answer;
  // The client of workers has it in its message alone.
  const details = answer.details === '' ? answer.message : answer.details;
  // What failed is named by the SDK's error; where there is none, the answer stands for itself.
  const what = answer === error ? 'Temporal refused it' : error.message;
  const remedy = remedyFor(code, details);
  return new TidemarkError(
    outages.includes(code) ? 'UpstreamUnavailable' : 'InvalidConfig',
    `${what}: ${details}${/[.!?]$/u.test(details) ? '' : '.'}`,
    { ...(remedy === undefined ? {} : { remedy }), cause: error },
  );
}

function remedyFor(code: number, details: string): string | undefined {
  const namespace = targetFromEnvironment()?.namespace ?? 'default';
  if (/search attribute/iu.test(details)) {
    return `Register them in the namespace, once: ${registration(namespace)}`;
  }
  if (refusals.includes(code)) {
    return `Give TEMPORAL_API_KEY, or the client certificate, of somebody who may write to the namespace ${namespace}.`;
  }
  if (code === notFound && /^namespace /iu.test(details)) return otherNamespace;
  if (noWorker.test(details)) return 'Start a worker with "tidemark worker".';
  if (code === deadlineExceeded)
    return 'Look whether a worker runs ("tidemark worker"), and whether the cluster is busy.';
  return code === unavailable ? 'Look whether the cluster is up, and try again.' : undefined;
}

/** What the server says of a query that nobody fetches. */
const noWorker = /no poller|worker|workflow task/iu;

/** The command of docs/install.md for all of them: those that are there already are left as they are. */
function registration(namespace: string): string {
  const wanted = Object.entries(developmentSearchAttributes());
  return [
    `temporal operator search-attribute create --namespace ${namespace}`,
    ...wanted.map(([name, type]) => `--name ${name} --type ${type}`),
  ].join(' ');
}
