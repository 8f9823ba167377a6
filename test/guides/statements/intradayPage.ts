/** Guide 2 about the page, the feed and what it takes to keep them true. */
import { shown, type Statement } from '../statement.js';

const run = 'e2e/intraday.test.ts';
const page = 'e2e/dashboard.test.ts';
const metrics = 'sources/guide/metrics.test.ts';

export const intradayPage: readonly Statement[] = [
  {
    id: '2.10',
    statement: 'An unchanged window writes nothing, and the page redraws nothing.',
    how: 'Table `agent_metrics` holds what differs from the reading before it.',
    shownBy: [
      ...shown(
        run,
        'metrics of the %s contract > that have not changed write nothing, but that they were looked at',
      ),
      ...shown(
        'e2e/dashboardLive.test.ts',
        'a page that is open > redraws nothing while nothing changes, nor when it was only looked again',
        'a page that is open > shows a new score without a reload, and redraws no other row',
      ),
    ],
  },
  {
    id: '2.11',
    statement: 'Local time is on the page only.',
    how: 'Warehouse and feed are in UTC; the page names its zone.',
    shownBy: [
      ...shown(page, 'the page > shows agents by score, with what is to know of the day'),
      ...shown('dashboard/feed.test.ts', 'scores > are flat rows beside what is to know of the day'),
    ],
  },
  {
    id: '2.12',
    statement: 'Forms are measured apart, because one form’s scores do not compare with another’s.',
    how: '`segments: [form]` by default, `queue` on demand; filters on the page, parameters of the feed.',
    shownBy: [
      ...shown(page, 'the page > is narrowed by team, queue, form and name'),
      ...shown(metrics, 'metrics > of the simulated organisation are means of what was submitted'),
      ...shown('dashboard/feed.test.ts', 'scores > of %s are those of %j'),
    ],
  },
  {
    id: '2.13',
    statement: 'Nobody is shown with 0 because nobody evaluated them: that is no data.',
    how: 'A count of 0 has no score, in warehouse, views, feed and page.',
    shownBy: [
      ...shown(
        page,
        'the page > shows agents without data and with few evaluations as such, when they are asked for',
      ),
      ...shown(metrics, 'metrics > over %s'),
      ...shown(
        'warehouses/sql/describeVoiceViews.ts',
        'views of what was said, in ${name} > show the latest metrics, and no data as such',
      ),
    ],
  },
  {
    id: '2.14',
    statement:
      'The page says that it is updated every 15 minutes and may lag up to 30, when it was, and when it is out of date.',
    how: '`tidemark dashboard`.',
    shownBy: [
      ...shown(page, 'the page > shows agents by score, with what is to know of the day'),
      ...shown(
        'e2e/dashboardLive.test.ts',
        'a page that is open > says when it is out of date, and when it no longer is',
      ),
    ],
  },
  {
    id: '2.15',
    statement: 'The token is replaced 5 minutes early.',
    how: '`metrics`, both contracts; `tokenRefreshMargin` sets another time.',
    shownBy: shown(
      'workers/tokenMargins.test.ts',
      'a token > of %s is replaced %i s before its end, with %j',
    ),
  },
  {
    id: '2.16',
    statement: 'A renamed agent stays one agent, under the new name.',
    how: 'Keyed by id. Under published, names are read once an hour.',
    shownBy: [
      ...shown(run, 'metrics of the %s contract > follow an agent to a new name, under the same id'),
      ...shown(
        'dashboard/dayOverview.test.ts',
        'scores of a day > belong to an id: the latest name, team and name of the team win, whichever segment tells them',
      ),
    ],
  },
  {
    id: '2.17',
    statement: 'The feed is JSON over HTTP GET for BI tools.',
    how: '`GET /api/v1/scores` of `tidemark dashboard`, flat rows or CSV, with an OpenAPI description.',
    shownBy: [
      ...shown(
        'dashboard/feed.test.ts',
        'scores > are flat rows beside what is to know of the day',
        'the description > is that of the answers',
      ),
      ...shown(
        'e2e/dashboardCommand.test.ts',
        'tidemark dashboard > serves the page from the installation, says where in a line of JSON, and ends when it is told to',
      ),
    ],
  },
  {
    id: '2.18',
    statement: 'A score is on the page after the next poll.',
    how: '`metrics`, both contracts, up to the page, which is not loaded again for it.',
    shownBy: shown(
      run,
      'metrics of the %s contract > show an evaluation that was submitted since, and nothing else is written',
      'the page > shows a score after the next poll, without being loaded again',
    ),
  },
  {
    id: '2.19',
    statement: 'A poll that fails ends nothing: the next one asks for the whole day again.',
    how: 'What was held stays; a failed poll makes the page no younger.',
    shownBy: [
      ...shown(
        run,
        'metrics of the %s contract > that could not be read are asked for by the next poll, for the whole day',
      ),
      ...shown('dashboard/dayOverview.test.ts', 'the age of a day > leaves out polls that failed'),
    ],
  },
  {
    id: '2.20',
    statement: 'Both ways of asking say the same of everybody.',
    how: '`metrics`: means from the guide contract, or reckoned from the vendor’s aggregates, which keep whole percents.',
    shownBy: shown(run, 'both contracts > say the same of everybody'),
  },
];
