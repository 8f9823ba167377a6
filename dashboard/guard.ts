/** What holds for every request: who may ask, which sites may read the answers, and how a refusal looks. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { TidemarkError } from '../model/errors.js';
import { carriesToken, namesLoopback } from './access.js';
import { BadParameter } from './parameters.js';

export interface GuardOptions {
  /** Undefined where nobody but this machine can ask. */
  token: string | undefined;
  origins: readonly string[];
  onProblem: (error: unknown) => void;
}

const securityHeaders = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const;

/** What the feed holds of people; page, description and health hold nothing. By route: a URL can be spelt in many ways. */
const isPersonal = ({ routeOptions: { url } }: FastifyRequest) =>
  url !== undefined && url.startsWith('/api/') && url !== '/api/v1/openapi.json';

export function guardRequests(server: FastifyInstance, { token, origins, onProblem }: GuardOptions): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    allowOrigin(request, reply, origins);
    if (token === undefined && !namesLoopback(request.headers.host)) {
      return refuse(reply, 421, {
        message: `Host "${request.headers.host ?? ''}" is not this machine.`,
        remedy: 'Ask for localhost or 127.0.0.1; beyond this machine a token is needed (see --host).',
      });
    }
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
      return reply.code(204).send();
    }
    if (token !== undefined && isPersonal(request) && !carriesToken(request.headers.authorization, token)) {
      reply.header('www-authenticate', 'Bearer realm="Tidemark dashboard"');
      return refuse(reply, 401, {
        message: 'The token is missing or wrong.',
        remedy: 'Send it as "Authorization: Bearer <token>".',
      });
    }
    return undefined;
  });

  server.setNotFoundHandler(async (request, reply) =>
    refuse(reply, 404, {
      message: `There is nothing at ${request.method} ${request.url.split('?')[0]}.`,
      remedy: 'See /api/v1/openapi.json for what there is.',
    }),
  );

  server.setErrorHandler(async (error, _request, reply) => {
    if (error instanceof BadParameter) {
      const { parameter, value, remedy, message } = error;
      return refuse(reply, 400, { parameter, value, message, remedy });
    }
    if (error instanceof TidemarkError && error.kind === 'WarehouseUnavailable') {
      reply.header('retry-after', '5');
      return refuse(reply, 503, {
        message: 'The warehouse cannot be read now, and there is no earlier answer.',
        remedy: 'Ask again in some seconds.',
      });
    }
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status < 500) return refuse(reply, status, { message: (error as Error).message });
    onProblem(error);
    // The reason may name paths and hosts: it is for the operator's terminal.
    return refuse(reply, 500, {
      message: 'The dashboard failed.',
      remedy: 'Its own output says why.',
    });
  });
}

interface Refusal {
  message: string;
  remedy?: string;
  parameter?: string;
  value?: string;
}

const refuse = (reply: FastifyReply, status: number, error: Refusal) =>
  reply.code(status).header('cache-control', 'no-store').send({ error });

/** Other sites may read answers only where the configuration names them. */
function allowOrigin(request: FastifyRequest, reply: FastifyReply, origins: readonly string[]): void {
  if (origins.length === 0) return;
  reply.header('vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined || !origins.includes(origin)) return;
  reply.headers({
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'ETag',
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': 'Authorization, If-None-Match',
    'access-control-max-age': '600',
  });
}
