/** Settings of a connection to Genesys Cloud. */
import { z } from 'zod';
import { regions } from '../sources/genesys/regions.js';
import { genesysStreams } from './genesysStreams.js';
import { allowance, duration, fromEnvironment } from './settingValues.js';

/** The contract works out pass rates itself. */
const guidePassScore = 80;

export const genesysConnection = z
  .strictObject({
    vendor: z.literal('genesys'),
    api: z
      .enum(['published', 'guide'])
      .default('published')
      .describe(
        "Contract of the API: the vendor's published one, or the one of docs/contracts/genesys-guide.md.",
      ),
    region: z.string().optional().describe('AWS region of the organisation, e.g. eu-central-1.'),
    apiUrl: z.url().optional().describe('Instead of region: base URL of the API (a proxy, a simulator).'),
    loginUrl: z.url().optional().describe('Instead of region: base URL of the sign-in.'),
    clientId: fromEnvironment.describe('OAuth client id (client credentials), usually ${NAME}.'),
    clientSecret: fromEnvironment.describe('OAuth client secret, as ${NAME} only.'),
    signIn: z
      .enum(['basic', 'form', 'json'])
      .optional()
      .describe(
        'How credentials are sent: HTTP Basic, or in a form or JSON body. Only with api: guide; form there.',
      ),
    tokenRefreshMargin: duration
      .optional()
      .describe(
        'A token is replaced this long before it expires, so that no request carries a dying one. By default 60s; ' +
          '5m for metrics, 15m for assessments and feedback.',
      ),
    allowance,
    streams: z.strictObject(genesysStreams).partial(),
  })
  .superRefine(({ api, region, apiUrl, loginUrl, signIn, streams: wanted }, context) => {
    const isNamed = apiUrl !== undefined && (loginUrl !== undefined || api === 'guide');
    if (!isNamed && !regions.some((known) => known === region)) {
      context.addIssue({
        code: 'custom',
        path: ['region'],
        message: `write the AWS region of the organisation (${regions.join(', ')}), or apiUrl and loginUrl`,
      });
    }
    if (api === 'guide') {
      if (wanted.metrics !== undefined && wanted.metrics.passScore !== guidePassScore) {
        context.addIssue({
          code: 'custom',
          path: ['streams', 'metrics', 'passScore'],
          message: `the pass mark is ${guidePassScore} in the guide contract, whatever the client asks for: leave it out`,
        });
      }
      if (wanted.evaluations !== undefined && wanted.assessments !== undefined) {
        context.addIssue({
          code: 'custom',
          path: ['streams', 'assessments'],
          message: 'are the same records as evaluations in another form: configure one of the two',
        });
      }
      return;
    }
    if (wanted.assessments !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['streams', 'assessments'],
        message: 'are not in the published API: configure evaluations, or api: guide',
      });
    }
    if (wanted.feedback !== undefined && wanted.feedback.divisions !== 'all') {
      context.addIssue({
        code: 'custom',
        path: ['streams', 'feedback', 'divisions'],
        message: 'cannot be chosen in the published API: leave it out, or configure api: guide',
      });
    }
    if (signIn !== undefined && signIn !== 'basic') {
      context.addIssue({
        code: 'custom',
        path: ['signIn'],
        message: `${signIn} is not in the published API: leave it out, or configure api: guide`,
      });
    }
  });

export type GenesysConnection = z.output<typeof genesysConnection>;
