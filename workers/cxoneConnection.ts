/** Settings of a connection to NICE CXone, by contract. */
import { z } from 'zod';
import { isLoopbackUrl } from '../sources/http/sameOrigin.js';
import { cxoneGuideStreams, dataExtractionStreams } from './cxoneStreams.js';
import { allowance, duration, fromEnvironment, timeLimit } from './settingValues.js';

/** What NICE asks to be left between two calls. */
const vendorsPause = 30_000;

/** Set once it is known that nobody wrote another one: the older sign-in has no use for an issuer. */
const usualIssuer = 'https://cxone.niceincontact.com';

const jobs = z
  .strictObject({
    between: duration
      .default(31_000)
      .describe(
        'Between two submissions of one tenant; NICE asks for 30 s. Less only for a simulator on this machine.',
      ),
    poll: timeLimit.default(10_000).describe('How often a job is asked for at first; later more seldom.'),
    patience: timeLimit
      .default(3_600_000)
      .describe('A job that takes longer is given up, and submitted anew.'),
  })
  .prefault({})
  .describe('How jobs are paced; one at a time for the whole tenant.');

const dataExtraction = z
  .strictObject({
    vendor: z.literal('cxone'),
    api: z
      .literal('data-extraction')
      .describe("NICE's published Data Extraction API: docs/contracts/cxone-data-extraction.md."),
    signIn: z
      .enum(['access-key', 'access-key-legacy'])
      .default('access-key')
      .describe(
        'By access key and registered application, or by access key alone at the older address of the area.',
      ),
    issuer: z
      .url()
      .optional()
      .meta({ default: usualIssuer })
      .describe(
        'Where discovery begins; https://cxone-gov.niceincontact.com for government tenants. Only with signIn: access-key.',
      ),
    area: z
      .string()
      .regex(/^[a-z]{2,4}\d{1,2}$/, 'write an area such as na1, au1 or eu1')
      .optional()
      .describe('Area of the tenant, e.g. na1. Only with signIn: access-key-legacy.'),
    apiUrl: z.url().optional().describe('Base URL of the API, instead of the one that discovery finds.'),
    loginUrl: z.url().optional().describe('Base URL of the older sign-in, instead of the one of the area.'),
    clientId: fromEnvironment
      .optional()
      .describe('Client id of the registered application, usually ${NAME}. Only with signIn: access-key.'),
    clientSecret: fromEnvironment.optional().describe('Its secret, as ${NAME} only.'),
    accessKeyId: fromEnvironment.describe(
      'Id of the access key of the user whose role may extract, usually ${NAME}.',
    ),
    accessKeySecret: fromEnvironment.describe('Secret of the access key, as ${NAME} only.'),
    allowedHosts: z
      .array(z.string().regex(/^[a-z0-9.-]+$/, 'write a host name without scheme or path'))
      .default([])
      .describe('Hosts that may be sent a token, or asked for a file, beside those of NICE and its store.'),
    tokenRefreshMargin: duration
      .optional()
      .describe('A token is replaced this long before it expires; 60s by default.'),
    jobs,
    streams: z.strictObject(dataExtractionStreams).partial(),
  })
  .superRefine((connection, context) => {
    const { signIn, area, apiUrl, loginUrl, issuer, clientId, clientSecret } = connection;
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    const notUsed = (fields: object, message: string) => {
      for (const [field, value] of Object.entries(fields)) if (value !== undefined) refuse(field, message);
    };
    if (signIn === 'access-key') {
      const why = 'is needed for signIn: access-key: NICE gives it when the application is registered';
      if (clientId === undefined) refuse('clientId', why);
      if (clientSecret === undefined) refuse('clientSecret', why);
      notUsed(
        { area, loginUrl },
        'is found by discovery: leave it out, or configure signIn: access-key-legacy',
      );
    } else {
      notUsed(
        { issuer, clientId, clientSecret },
        'is not used by signIn: access-key-legacy: leave it out, or configure signIn: access-key',
      );
      if (area === undefined && (apiUrl === undefined || loginUrl === undefined))
        refuse('area', 'is needed for signIn: access-key-legacy, or both apiUrl and loginUrl');
    }
    const host = apiUrl ?? (signIn === 'access-key' ? (issuer ?? usualIssuer) : '');
    const { between, poll, patience } = connection.jobs;
    const wrongPace = (field: keyof typeof connection.jobs, message: string) =>
      context.addIssue({ code: 'custom', path: ['jobs', field], message });
    if (between < vendorsPause && !isLoopbackUrl(host)) {
      wrongPace(
        'between',
        'must be 30s at least: NICE refuses more for the whole tenant (31s leaves room for clocks)',
      );
    }
    if (poll < 1_000 && !isLoopbackUrl(host)) wrongPace('poll', 'must be 1s at least');
    if (patience < between) {
      wrongPace('patience', 'must not be shorter than "between": a job would be given up while it runs');
    }
  })
  .transform((connection) => ({ ...connection, issuer: connection.issuer ?? usualIssuer }));

const guide = z.strictObject({
  vendor: z.literal('cxone'),
  api: z
    .literal('guide')
    .describe('The contract of docs/contracts/cxone-guide.md, which is not in the published API of NICE.'),
  apiUrl: z.url().describe('Base URL of the gateway that speaks the contract.'),
  loginUrl: z.url().optional().describe('Base URL of the sign-in, where it is another one.'),
  clientId: fromEnvironment.describe('OAuth client id (client credentials), usually ${NAME}.'),
  clientSecret: fromEnvironment.describe('OAuth client secret, as ${NAME} only.'),
  signIn: z
    .enum(['basic', 'form', 'json'])
    .default('form')
    .describe('How credentials are sent: HTTP Basic, or in a form or JSON body.'),
  tokenRefreshMargin: duration
    .default(15 * 60_000)
    .describe('A token is replaced this long before it expires, so that no request carries a dying one.'),
  allowance,
  streams: z.strictObject(cxoneGuideStreams).partial(),
});

export const cxoneConnection = z.discriminatedUnion('api', [dataExtraction, guide], {
  error: 'write data-extraction (what NICE publishes) or guide',
});

export type DataExtractionConnection = z.output<typeof dataExtraction>;
export type CxoneGuideConnection = z.output<typeof guide>;
