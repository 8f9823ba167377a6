import { existsSync } from 'node:fs';
import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { TidemarkError } from '../model/errors.js';
import { temporalCalls } from './temporalCalls.js';
import { temporalProxy } from './temporalProxy.js';

/** A Temporal cluster and namespace to use, with what it takes to connect. */
export interface TemporalTarget {
  address: string;
  namespace: string;
  connectionOptions: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
}

/**
 * The cluster that the environment names: TEMPORAL_ADDRESS and its companions, or a profile of temporal.toml.
 * Null when it names none, and the embedded development server is to be used.
 */
export function targetFromEnvironment(environment: NodeJS.ProcessEnv = process.env): TemporalTarget | null {
  const profileFile = environment['TEMPORAL_CONFIG_FILE'];
  if (profileFile !== undefined && !existsSync(profileFile)) {
    throw new TidemarkError(
      'InvalidConfig',
      `TEMPORAL_CONFIG_FILE is "${profileFile}", which does not exist.`,
      {
        remedy: 'Correct the path or unset the variable.',
      },
    );
  }
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const { address } = connectionOptions;
  if (address === undefined || address === '') return null;
  return { address, namespace: namespace ?? 'default', connectionOptions };
}

/** The target of a server without credentials, as the development server is. */
export function plainTarget(address: string, namespace = 'default'): TemporalTarget {
  return { address, namespace, connectionOptions: { address } };
}

/** @throws TidemarkError InvalidConfig naming the address when the cluster cannot be reached. */
export async function connectClient(target: TemporalTarget): Promise<Client> {
  const { client } = temporalProxy(target.address);
  const connecting = Connection.connect({
    ...target.connectionOptions,
    ...client,
    interceptors: temporalCalls,
  });
  const connection = await unlessUnreachable(target, connecting);
  return new Client({ connection, namespace: target.namespace });
}

/**
 * @throws TidemarkError InvalidConfig naming the address when the cluster cannot be reached, and what it refuses as its
 * client says it
 */
export async function unlessUnreachable<T>(target: TemporalTarget, connecting: Promise<T>): Promise<T> {
  try {
    return await connecting;
  } catch (cause) {
    const answer = cause instanceof Error ? cause.cause : undefined;
    if (isGrpcServiceError(answer) && refusals.includes(answer.code)) throw cause;
    throw new TidemarkError('InvalidConfig', `Temporal at ${target.address} cannot be reached.`, {
      remedy:
        'Check TEMPORAL_ADDRESS, TEMPORAL_API_KEY, the TLS settings, HTTPS_PROXY and NO_PROXY, or unset TEMPORAL_ADDRESS ' +
        'to use the embedded server.',
      cause,
    });
  }
}

/** PERMISSION_DENIED and UNAUTHENTICATED of gRPC: who says that was reached. */
export const refusals: readonly number[] = [7, 16];
