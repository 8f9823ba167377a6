/** One request of the control API. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

export interface ControlRoute {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below `/_simulator/`. */
  path: string;
  /** Gives the body of a 200, or lines as a stream; refuses by `Refusal` or RangeError. */
  handle: (request: FastifyRequest) => unknown;
}

/** A request that the control API does not understand: answered with a 400. */
export class Refusal extends Error {}

/** The body of a request as JSON; an empty object where it has none. */
export function jsonBody(request: FastifyRequest): unknown {
  try {
    return JSON.parse(typeof request.body === 'string' ? request.body : '{}') as unknown;
  } catch {
    throw new Refusal('The body is not JSON.');
  }
}

/** Checks a request; a refusal names the field, its value and what it may be. */
export function read<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new Refusal(z.prettifyError(result.error));
}
