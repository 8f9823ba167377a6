import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { viewerOf } from '../../common/viewer.js';
import { exchangesOf, type ContractFactory } from '../../contract.js';
import { bearerToken, type Answer, type Arrival } from '../../http/exchange.js';
import type { ClientGrant, Clients } from '../../http/clients.js';
import { defaults } from '../../options.js';
import { answeredBy, failure, forbidden, notFound, unauthorized } from './errors.js';
import { extract } from './extract.js';
import { jobControls } from './jobControl.js';
import { readJobRequest } from './jobRequest.js';
import { ExtractionJobs } from './jobs.js';
import { expectOnly } from './requestFields.js';
import { settingsOf } from './settings.js';
import {
  cxoneConfiguration,
  legacyTokenForAccessKey,
  openidConfiguration,
  tokenForAccessKey,
  type SignInDesk,
} from './signIn.js';
import { Store, storePath } from './store.js';

const permission = 'qm-workflow';

interface Operation {
  method: 'GET' | 'POST';
  path: string;
  /** Asking the same twice is in its nature. */
  mayRepeat: boolean;
  answer: (arrival: Arrival) => Answer | Promise<Answer>;
}

/** The Data Extraction API of NICE CXone. */
export const dataExtractionContract: ContractFactory = (world) => {
  const { organisation, clock, clients, options } = world;
  const settings = settingsOf(options.extraction);
  const key = randomBytes(32);
  const jobs = new ExtractionJobs(clock, settings);
  const store = new Store(clock, settings, key);
  const desk: SignInDesk = {
    clients,
    clock,
    key,
    tenantId: organisation.tenantId,
    lifetimeSeconds: options.tokenLifetimeSeconds ?? defaults.tokenLifetimeSeconds['cxone-data-extraction'],
    tenantInAccessToken: settings.tenantClaim === 'both',
  };
  const signedIn = (answer: (arrival: Arrival, client: ClientGrant) => Answer) => (arrival: Arrival) =>
    answer(arrival, clientOf(clients, arrival));

  const operations: Operation[] = [
    {
      method: 'GET',
      path: '/.well-known/openid-configuration',
      mayRepeat: true,
      answer: openidConfiguration,
    },
    {
      method: 'GET',
      path: '/.well-known/cxone-configuration',
      mayRepeat: true,
      answer: (arrival) => cxoneConfiguration(desk, arrival),
    },
    {
      method: 'POST',
      path: '/auth/token',
      mayRepeat: true,
      answer: async (arrival) => tokenForAccessKey(desk, arrival),
    },
    {
      method: 'POST',
      path: '/authentication/v1/token/access-key',
      mayRepeat: true,
      answer: async (arrival) => legacyTokenForAccessKey(desk, arrival),
    },
    {
      method: 'POST',
      path: '/data-extraction/v1/jobs',
      mayRepeat: false,
      answer: signedIn((arrival, client) => {
        if (!client.permissions.has(permission)) throw forbidden();
        expectOnly(arrival.query, []);
        const job = jobs.submit(readJobRequest(arrival, settings), viewerOf(client));
        return { status: 202, body: JSON.stringify(job.id) };
      }),
    },
    {
      method: 'GET',
      path: '/data-extraction/v1/jobs',
      mayRepeat: true,
      answer: signedIn(({ query }) => {
        expectOnly(query, []);
        const known = jobs.all().filter(({ id }) => jobs.find(id) !== undefined);
        return {
          status: 200,
          body: { jobs: known.map((job) => ({ id: job.id, status: jobs.statusOf(job) })) },
        };
      }),
    },
    {
      method: 'GET',
      path: '/data-extraction/v1/jobs/{jobId}',
      mayRepeat: true,
      answer: signedIn(({ query, pathParameters, origin }) => {
        expectOnly(query, []);
        const { jobId = '' } = pathParameters;
        const job = jobs.find(jobId);
        if (job === undefined) throw notFound(`Job ${jobId} could not be found.`);
        const status = jobs.statusOf(job);
        const result = {
          ...(status === 'SUCCEEDED' ? { url: store.urlOf(job.id, origin) } : {}),
          ...(status === 'FAILED' ? { errorMessage: job.fate.errorMessage ?? 'The job failed.' } : {}),
        };
        // From here on nothing that happens is in its file.
        if (status === 'SUCCEEDED') jobs.finishedAt(job);
        return { status: 200, body: { jobStatus: { id: job.id, status, result } } };
      }),
    },
    {
      method: 'GET',
      path: storePath,
      mayRepeat: true,
      answer: (arrival) => {
        const opened = store.open(arrival);
        if ('refusal' in opened) return opened.refusal;
        const job = jobs.find(opened.jobId);
        if (job === undefined || jobs.statusOf(job) !== 'SUCCEEDED') return store.missing();
        const body = extract(organisation, job.request, job.viewer, jobs.finishedAt(job), settings);
        return { status: 200, headers: { 'content-type': 'text/csv' }, body };
      },
    },
  ];

  return {
    rateLimits: [],
    register: (server) => serve(server, exchangesOf('cxone-data-extraction', world, failure), operations),
    forget: () => undefined,
    access: ({ clientId, clientSecret, accessKeyId, accessKeySecret }, url) => ({
      issuer: url,
      tokenUrl: `${url}/auth/token`,
      clientId,
      clientSecret,
      accessKeyId,
      accessKeySecret,
      tenantId: organisation.tenantId,
    }),
    controls: jobControls(jobs),
  };
};

function serve(
  server: FastifyInstance,
  exchanges: ReturnType<typeof exchangesOf>,
  operations: readonly Operation[],
): void {
  for (const { method, path, mayRepeat, answer } of operations) {
    server.route({
      method,
      url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
      handler: async (request, reply) =>
        exchanges.serve(request, reply, { endpoint: path, mayRepeat }, async (arrival) =>
          answeredBy(() => answer(arrival)),
        ),
    });
  }
  server.setNotFoundHandler(async (request, reply) =>
    exchanges.serve(request, reply, { endpoint: '(no such path)', mayRepeat: false }, async (arrival) =>
      answeredBy(() => {
        throw notFound(`There is no ${arrival.method} ${arrival.path}.`);
      }),
    ),
  );
}

/** Whose token it is. */
function clientOf(clients: Clients, { authorization }: Arrival): ClientGrant {
  const token = bearerToken(authorization);
  const bearer = token === undefined ? undefined : clients.bearer(token);
  if (bearer?.state !== 'valid') throw unauthorized();
  return bearer.client;
}
