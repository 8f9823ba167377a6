/** Takes requests through sign-in, faults and the record of them, whatever they ask for. */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { BigqueryError, asBigqueryError, errorBody } from './errors.js';
import type { Endpoint, FaultKind, Faults, FaultTarget } from './faults.js';

/** A request as a handler sees it. */
export interface Call {
  params: Record<string, string>;
  query: Record<string, string>;
  contentType: string;
  /** JSON when it is JSON, bytes otherwise. */
  body: unknown;
  fault: FaultKind | undefined;
}

export interface RecordedRequest extends FaultTarget {
  method: string;
  path: string;
  query: Record<string, string>;
  /** What was answered; undefined when the connection was reset. */
  status: number | undefined;
}

export interface Route {
  endpoint: Endpoint;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  /** Names of query parameters it takes, beside those that every call does. */
  parameters?: readonly string[];
  /** What the request says of the job that it starts or asks about. */
  about?: (call: Call) => Omit<FaultTarget, 'endpoint'>;
  handle: (call: Call) => unknown;
}

const everywhere = ['prettyPrint', 'alt', 'fields', 'key', 'quotaUser'];

export function createHttp(
  projectId: string,
  routes: readonly Route[],
  faults: Faults,
  record: RecordedRequest[],
): FastifyInstance {
  const app = Fastify({ bodyLimit: 512 * 1024 * 1024, forceCloseConnections: true });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setNotFoundHandler((request, reply) => {
    void reply
      .code(404)
      .send(errorBody(new BigqueryError('notFound', `Not Found: ${request.method} ${request.url}`)));
  });
  app.setErrorHandler((error, _request, reply) => {
    void reply.code(500).send(errorBody(new BigqueryError('internalError', String(error))));
  });
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path,
      handler: (request, reply) => serve(route, request, reply),
    });
  }

  async function serve(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const call = readCall(request);
    const told: RecordedRequest = {
      method: request.method,
      path: request.url.replace(/\?.*$/, ''),
      query: call.query,
      endpoint: route.endpoint,
      status: undefined,
      ...about(route, call),
    };
    record.push(told);
    const fault = faults.strike(told);
    if (fault?.kind === 'reset' && !fault.accepted) return reset(reply);
    let status: number;
    let body: unknown;
    try {
      check(route, request, call);
      if (fault?.kind === 'status') {
        throw new BigqueryError(fault.reason, fault.message ?? `Injected: ${fault.reason}`, fault.status);
      }
      body = await route.handle({ ...call, fault });
      status = body === undefined ? 204 : 200;
    } catch (thrown) {
      const error = asBigqueryError(thrown);
      status = error.status;
      body = errorBody(error);
    }
    if (fault?.kind === 'reset') return reset(reply);
    told.status = status;
    // Awaiting the reply itself tells fastify that the answer is complete.
    if (body === undefined) await reply.code(status).send();
    else
      await reply
        .code(status)
        .header('content-type', 'application/json; charset=UTF-8')
        .send(JSON.stringify(body));
  }

  function check({ parameters = [] }: Route, { headers }: FastifyRequest, { params, query }: Call): void {
    if (!/^Bearer \S+$/.test(headers.authorization ?? '')) {
      throw new BigqueryError(
        'authError',
        'Request is missing required authentication credential. Expected OAuth 2 access token.',
      );
    }
    if (params['project'] !== projectId) {
      throw new BigqueryError(
        'accessDenied',
        `Access Denied: Project ${params['project']}: User does not have permission in project ${params['project']}.`,
      );
    }
    const unknown = Object.keys(query).find(
      (name) => !everywhere.includes(name) && !parameters.includes(name),
    );
    if (unknown !== undefined) {
      throw new BigqueryError(
        'badRequest',
        `Invalid JSON payload received. Unknown name "${unknown}": Cannot bind query parameter. Field '${unknown}' could not be found in request message.`,
      );
    }
  }

  return app;
}

/** A body that cannot be read is the handler's to refuse; the record does without. */
function about({ about: read }: Route, call: Call): Omit<FaultTarget, 'endpoint'> {
  try {
    return read?.(call) ?? {};
  } catch {
    return {};
  }
}

function readCall(request: FastifyRequest): Call {
  const contentType = request.headers['content-type'] ?? '';
  return {
    params: request.params as Record<string, string>,
    query: request.query as Record<string, string>,
    contentType,
    body: readJson(request.body, contentType),
    fault: undefined,
  };
}

function readJson(body: unknown, contentType: string): unknown {
  if (!Buffer.isBuffer(body) || !contentType.startsWith('application/json')) return body;
  try {
    return body.length === 0 ? undefined : (JSON.parse(body.toString()) as unknown);
  } catch {
    return body.toString();
  }
}

function reset(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.socket?.resetAndDestroy();
}
