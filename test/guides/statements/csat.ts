import { shown, type Guide } from '../statement.js';

const pages = 'sources/guide/otherPages.test.ts';
const truth = 'sources/guide/truth.test.ts';
const mapped = 'sources/guide/mapSurvey.test.ts';
const published = 'sources/genesys/simulated.test.ts';
const same = 'CSAT > of surveys and of scorecards says the same of a conversation';

export const csat: Guide = {
  number: 4,
  title: 'CSAT answers linked to interactions',
  about: 'What customers answered, beside what evaluators scored.',
  statements: [
    {
      id: '4.1',
      statement: 'Evaluations of a span are read link by link until there is none.',
      how: '`csat`, guide; links to another origin are refused. Published has surveys of their own, found by what happened to them.',
      shownBy: [
        ...shown(
          pages,
          'surveys > are evaluations with answers of customers, by links that are followed as they are',
          'surveys > never follow a link to another origin: %s',
        ),
        ...shown(published, 'csat > finds in each window what happened in it, and in all of them everything'),
      ],
    },
    {
      id: '4.2',
      statement: 'They can be narrowed by the type of the interaction.',
      how: '`interactionTypes`, both contracts: by medium (`voice`, `callback`, `chat`, `email`, `message`; `digital` for the last three).',
      shownBy: [
        ...shown('workers/configuration.test.ts', 'a configuration > takes the interaction types %j as %j'),
        ...shown(truth, 'surveys > can be narrowed to some media'),
        ...shown(published, 'csat > holds of other media nothing, where some are asked for'),
      ],
    },
    {
      id: '4.3',
      statement: 'Scorecards are chosen by label, whatever its case.',
      how: '`csat`, guide: `label`, `csat` by default, anywhere in the label.',
      shownBy: shown(
        mapped,
        'which answers are those of a customer > those of a scorecard %s, asked for by %o, are %o',
      ),
    },
    {
      id: '4.4',
      statement: 'Or by the ids of questions.',
      how: '`csat`, guide: `questionIds`, whatever the label.',
      shownBy: [
        ...shown(
          mapped,
          'which answers are those of a customer > those of a scorecard %s, asked for by %o, are %o',
        ),
        ...shown(truth, 'surveys > of questions that are named are of these alone'),
      ],
    },
    {
      id: '4.5',
      statement: 'An answer is its value, or else its text.',
      how: '`survey_answers`: `answer_value`, `answer_text`; `surveys`: `csat_value`, `nps_score`.',
      shownBy: [
        ...shown(truth, 'surveys > are those of every evaluation of a conversation whose customer answered'),
        ...shown(mapped, 'a survey > is the evaluation that carries it'),
        ...shown(published, 'csat > holds every survey with its answers and what its conversation says'),
      ],
    },
    {
      id: '4.6',
      statement: 'An evaluation without such a scorecard, or whose customer answered nothing, is no survey.',
      how: '`csat`, guide.',
      shownBy: shown(
        pages,
        'surveys > are evaluations with answers of customers, by links that are followed as they are',
        'surveys > are no evaluations that nobody answered: %s',
      ),
    },
    {
      id: '4.7',
      statement: 'Conversations are read 100 at once and give agent, queue, length and medium.',
      how: '`csat`, both contracts (`conversations: true` by default).',
      shownBy: [
        ...shown(pages, 'conversations > are read by their ids; unknown ones are not in the answer'),
        ...shown('e2e/bothContracts.test.ts', same),
        ...shown(published, 'csat > holds every survey with its answers and what its conversation says'),
      ],
    },
    {
      id: '4.8',
      statement: 'A survey stays when its conversation cannot be read.',
      how: 'What the warehouse holds of the conversation stays, also once the source keeps it no longer; without any, `is_enriched` says so. A run that could not read them notes it.',
      shownBy: [
        ...shown(mapped, 'a survey > whose conversation could not be read says so'),
        ...shown(published, 'csat > keeps surveys whose conversations could not be read'),
        ...shown(
          'e2e/guideContract.test.ts',
          'evaluations listed by their last change > lend surveys the conversations that are held, when those cannot be read',
        ),
        ...shown(
          'e2e/bothContracts.test.ts',
          'CSAT > keeps what its conversation added when the source keeps that no longer',
        ),
      ],
    },
    {
      id: '4.9',
      statement: '401, 403 and 429 say what to do.',
      how: 'Every stream: the missing scope or permission by name, the time to wait, and the remedy.',
      shownBy: [
        ...shown(
          'sources/guide/client.test.ts',
          'an error > %i with %o says what and where',
          'an error > 429 says for how long',
        ),
        ...shown(
          'cli/permissionChecks.test.ts',
          'permissions of streams > under the %s contract have their remedy',
        ),
        ...shown(
          'e2e/faults.test.ts',
          'faults of the vendor > a missing permission fails the run at once and names itself',
        ),
      ],
    },
    {
      id: '4.10',
      statement: 'CSAT stands beside the quality score of the conversation.',
      how: 'View `v_csat_against_quality`; `v_agent_csat_monthly` for agents.',
      shownBy: [
        ...shown(
          'e2e/guideContract.test.ts',
          'CSAT > stands beside the scores of the same conversations, and comes once',
        ),
        ...shown(
          'warehouses/sql/describeVoiceViews.ts',
          'views of what was said, in ${name} > set CSAT against quality: $what',
          'views of what was said, in ${name} > sum up CSAT and NPS of agents by month and form',
        ),
      ],
    },
    {
      id: '4.11',
      statement:
        'Credentials come from the environment; missing ones are named before anything is asked for.',
      how: '`tidemark.yaml` refuses secrets in plain text.',
      shownBy: shown('workers/configuration.test.ts', 'a configuration > with %s is refused'),
    },
    {
      id: '4.12',
      statement: 'Whether the client is let in can be checked before a run.',
      how: '`tidemark doctor`, both contracts.',
      shownBy: shown(
        'cli/connectionChecks.test.ts',
        'a client of the %s contract > that is not let in is told so once',
      ),
    },
    {
      id: '4.13',
      statement: 'The last days are read again with each run.',
      how: '`csat`: `overlap`, 7 days by default. Under guide a customer who answers after the evaluation was submitted moves none of its dates; what comes later than that is not found. Published finds late answers by what happened to the survey.',
      shownBy: [
        ...shown(
          'sources/guide/lateAnswers.test.ts',
          'an answer that comes days after the submission is found by the overlap, and only by that',
        ),
        ...shown(
          'workers/configuration.test.ts',
          'a configuration > takes every stream of a contract, each with its own defaults',
        ),
        ...shown(
          'model/windows.test.ts',
          'the overlap > reads before the span again, as far as asked, never before startFrom, and leaves its end',
        ),
      ],
    },
    {
      id: '4.14',
      statement: 'Where no survey is found, the labels that scorecards do have are named.',
      how: '`csat`, guide: `tidemark doctor`, and the audit of visibility, which alerts when there were some before.',
      shownBy: [
        ...shown(
          'sources/guide/visibility.test.ts',
          'an audit of the labels of scorecards > says what is taken for surveys and what is passed over',
          'an audit of the labels of scorecards > that %o names none of is hidden',
        ),
        ...shown(
          'cli/connectionChecks.test.ts',
          'a client of the guide contract > is told by which label scorecards are surveys, and when it is by none',
        ),
      ],
    },
  ],
};
