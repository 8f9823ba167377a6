/** Guide 2 about what is asked for and kept. */
import { shown, type Statement } from '../statement.js';

const run = 'e2e/intraday.test.ts';
const page = 'e2e/dashboard.test.ts';
const metrics = 'sources/guide/metrics.test.ts';

export const intradayReading: readonly Statement[] = [
  {
    id: '2.1',
    statement: 'Metrics are read every 15 minutes.',
    how: '`metrics`, both contracts: `every`, 15 minutes by default. Nothing listens for events.',
    shownBy: [
      ...shown(run, 'the schedule of the metrics > polls at every quarter of an hour'),
      ...shown(
        'workers/schedulePlans.test.ts',
        'schedules > run every so often, or once a day at a local time',
      ),
    ],
  },
  {
    id: '2.2',
    statement: 'The token is asked for at the API’s own origin, with the credentials in the form.',
    how: '`api: guide`; another origin for the sign-in by `loginUrl`.',
    shownBy: [
      ...shown(
        'sources/guide/client.test.ts',
        'the sign-in of the guide contract > as %s is at the origin of the API',
      ),
      ...shown(run, 'metrics of the %s contract > are read from the beginning of the business day, and kept'),
    ],
  },
  {
    id: '2.3',
    statement: 'Grants to write are reported as too many.',
    how: '`tidemark doctor`, every stream, both contracts.',
    shownBy: shown(
      'cli/connectionChecks.test.ts',
      'a client of the %s contract > that may do more is told what to take away',
      'a client of the %s contract > that only polls metrics is asked for no more',
    ),
  },
  {
    id: '2.4',
    statement: 'The metrics are named in the request: average score, count and pass rate.',
    how: '`metrics`, guide, with the highest and the lowest score; published reckons them of counts and sums it asks for by name. Under guide 80 percent pass; `passScore` sets another mark under published.',
    shownBy: [
      ...shown(metrics, 'metrics > by %s in segment %s are one request, by %s'),
      ...shown(
        'sources/genesys/metrics.test.ts',
        'a reading > is one request for everybody, and names once',
        'groups of an aggregate > %s',
      ),
    ],
  },
  {
    id: '2.5',
    statement: 'One request is made for all agents, however many there are.',
    how: '`metrics`, both contracts; one more for each segment.',
    shownBy: [
      ...shown(metrics, 'metrics > by %s in segment %s are one request, by %s'),
      ...shown('sources/genesys/metrics.test.ts', 'a reading > is one request for everybody, and names once'),
    ],
  },
  {
    id: '2.6',
    statement: 'They can be had by queue, skill, form or evaluator, too.',
    how: '`by`; skills are offered under guide alone, as the vendor’s aggregates do not know them.',
    shownBy: [
      ...shown(metrics, 'metrics > by %s in segment %s are one request, by %s'),
      ...shown(
        'sources/genesys/metrics.test.ts',
        'scores of the simulated organisation > of a past day by %s (%s), %s',
        'a reading > is not to be had by skill',
      ),
    ],
  },
  {
    id: '2.7',
    statement:
      'The window is from the beginning of the business day in its time zone until now, in UTC, also when clocks change.',
    how: '`timeZone`, `dayStart`.',
    shownBy: [
      ...shown(
        'model/businessDay.test.ts',
        'a business day > %s',
        'a business day > has begun, and no more than 25 hours ago; its date is that of its begin',
      ),
      ...shown(run, 'metrics of the %s contract > are read from the beginning of the business day, and kept'),
    ],
  },
  {
    id: '2.8',
    statement: 'Whom too few evaluations speak of is set apart (fewer than 3).',
    how: '`countThreshold`; column `is_below_threshold`; the page hides them until they are asked for, and never ranks them first.',
    shownBy: [
      ...shown(
        page,
        'the page > shows agents without data and with few evaluations as such, when they are asked for',
      ),
      ...shown(
        'dashboard/dayOverview.test.ts',
        'scores of a day > of %i evaluations are too few to judge by: %s',
      ),
    ],
  },
  {
    id: '2.9',
    statement: 'Metrics have an allowance of 100 requests a minute of their own.',
    how: '`metrics`, guide: a budget beside that of the records. Under published both share one, and metrics go first.',
    shownBy: [
      ...shown(
        'sources/guide/client.test.ts',
        'the allowance > of metrics counts apart from that of records, with the same credentials',
      ),
      ...shown(
        'sources/http/budgetGate.test.ts',
        'one probe goes first, then more urgent callers, in order within a priority',
      ),
    ],
  },
];
