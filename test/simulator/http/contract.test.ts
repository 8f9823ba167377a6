/** Every kind of answer, held against the vendor's own description of it. */
import { afterAll, describe, expect, it } from 'vitest';
import { exporterPermissions } from '../../../simulator/options.js';
import { operations } from '../../../simulator/genesys/published/contract/contract.js';
import { dateRange, openSimulator, searchPath, span, type Entity, type Listing } from './simulatorClient.js';
import { deviations } from './vendorSchema.js';

const shared = await openSimulator({
  evaluations: 400,
  client: { permissions: [...exporterPermissions, 'routing:queue:search'] },
});
afterAll(() => shared.close());
const { api, control } = shared;

interface Call {
  path: string;
  body?: unknown;
  /** What shows that the answer has something in it to be checked. */
  holds: string;
}

const interval = `${span.from}/${span.to}`;
const week = '2026-09-08T00:00:00.000Z/2026-09-15T00:00:00.000Z';
const submitted = dateRange('submittedDate', span.from, span.to);

// A revision, a dispute, a sign-off and a rescore: fields that are rarely there.
const [revised, disputed, signedOff, rescored] = (
  await control<{ ids: string[] }>('GET', 'pick?kind=released&n=4')
).ids;
await control('POST', 'events', { kind: 'revise', evaluationId: revised });
await control('POST', 'events', { kind: 'dispute', evaluationId: disputed });
await control('POST', 'events', { kind: 'signOff', evaluationId: signedOff });
await control('POST', 'events', { kind: 'rescore', evaluationId: rescored });

const evaluations = await shared.truth('evaluations');
const evaluationOf = (id: unknown) => {
  const row = evaluations.find((each) => each['evaluation_id'] === id);
  if (row === undefined) throw new Error(`no evaluation ${String(id)}`);
  return row;
};
const readPath = (row: Record<string, unknown>, query = '') =>
  `/api/v2/quality/conversations/${row['conversation_id']}/evaluations/${row['evaluation_id']}${query}`;
const [calibration] = await shared.truth('calibrations');
const forms = await api.get<Listing>('/api/v2/quality/publishedforms/evaluations?onlyLatestPerContext=true');
const formIds = forms.entities.map(({ id }) => id);
const [user, queue, team, division] = await Promise.all(
  ['users', 'routing/queues', 'teams', 'authorization/divisions'].map(
    async (name) => (await api.get<Listing>(`/api/v2/${name}`)).entities[0]?.id ?? '',
  ),
);
const sample = evaluations.find((row) => row['status'] === 'FINISHED' && row['evaluator_id'] !== null) ?? {};
const sampleForm = await api.get<Entity>(`/api/v2/quality/forms/evaluations/${sample['form_id']}`);
const sampleRead = await api.get<Entity & { answers: object }>(readPath(sample));
const details = {
  interval: week,
  paging: { pageSize: 100, pageNumber: 1 },
  evaluationFilters: [
    { type: 'and', predicates: [{ dimension: 'evaluationId', operator: 'exists', type: 'dimension' }] },
  ],
};
const aggregation = {
  interval,
  granularity: 'P1D',
  groupBy: ['formId', 'mediaType', 'divisionId'],
  metrics: [
    'nEvaluations',
    'nEvaluationsRescored',
    'nEvaluationsDeleted',
    'oTotalScore',
    'oTotalCriticalScore',
  ],
  views: [{ target: 'oTotalScore', name: 'good', function: 'rangeBound', range: { gte: 80 } }],
  alternateTimeDimension: 'eventTime',
};
const surveyAggregation = {
  interval,
  granularity: 'P1D',
  groupBy: ['surveyId', 'conversationId', 'surveyQuestionId', 'mediaType'],
  metrics: ['nSurveysSent', 'nSurveyErrors', 'nSurveyResponses', 'oSurveyTotalScore', 'oSurveyQuestionScore'],
  views: [{ target: 'oSurveyTotalScore', name: 'good', function: 'rangeBound', range: { gte: 80 } }],
  alternateTimeDimension: 'eventTime',
};
// A survey of each fate, and an entry that was edited and one that was deleted.
const surveys = new Map((await shared.truth('surveys')).map((row) => [row['status'], row]));
const annotations = (await shared.truth('feedback')).filter((row) => row['kind'] === 'coaching_annotation');
const surveyForms = [...surveys.values()].map((row) => row['form_id']);
const surveysPath = '/api/v2/analytics/surveys/aggregates';
const [surveysJob, aggregatesJob, detailsJob] = await Promise.all([
  finishedJob(`${surveysPath}/jobs`, surveyAggregation),
  finishedJob('/api/v2/analytics/evaluations/aggregates/jobs', aggregation),
  finishedJob('/api/v2/analytics/conversations/details/jobs', { interval: week }),
]);

const formsPath = '/api/v2/quality/forms/evaluations';
const calls: Record<string, Call[]> = {
  postQualityEvaluationsSearch: [
    ...[false, true].map((systemSubmitted) => ({
      path: searchPath,
      body: { query: [submitted], pageNumber: 1, pageSize: 100, systemSubmitted },
      holds: 'results.0.answers.questionGroupScores.0.questionScores.0.questionId',
    })),
    {
      path: searchPath,
      // Not finished: with an assignee, without answers.
      body: {
        query: [
          dateRange('createdDate', span.from, span.to),
          { type: 'EXACT', field: 'evaluationStatus', values: ['PENDING', 'INPROGRESS'] },
        ],
        pageNumber: 1,
      },
      holds: 'results.0.assignee.id',
    },
    {
      path: searchPath,
      body: {
        query: [submitted, { type: 'EXACT', field: 'evaluationId', value: 'none' }],
        pageNumber: 1,
      },
      holds: 'results',
    },
    {
      path: searchPath,
      body: {
        query: [submitted],
        pageNumber: 1,
        aggregations: ['TERM', 'STATS', 'SUM', 'COUNT', 'AVERAGE', 'DATE_HISTOGRAM'].map((type) => ({
          name: type,
          type,
          field: type === 'TERM' ? 'formId' : type === 'DATE_HISTOGRAM' ? 'submittedDate' : 'totalScore',
        })),
      },
      holds: 'aggregations.DATE_HISTOGRAM.buckets.0.documentCount',
    },
  ],
  getQualityEvaluationsQuery: [
    {
      path: `/api/v2/quality/evaluations/query?agentUserId=${sample['agent_id']}&includeDeletedUsers=true&pageSize=100`,
      holds: 'entities.0.agentTeam.id',
    },
    {
      path:
        `/api/v2/quality/evaluations/query?evaluatorUserId=${sample['evaluator_id']}&pageSize=100` +
        '&expandAnswerTotalScores=true&expand=agent,assignee,evaluator,evaluationForm',
      holds: 'entities.0.answers.questionGroupScores.0.totalScore',
    },
  ],
  getQualityConversationEvaluation: [
    ...[revised, disputed, signedOff, rescored].map((id) => ({
      path: readPath(evaluationOf(id)),
      holds: 'answers.questionGroupScores.0.questionScores.0.questionId',
    })),
    {
      path: readPath(
        evaluationOf(evaluations.find((row) => row['retracted_evaluation_id'])?.['evaluation_id']),
      ),
      holds: 'retractedEvaluation.id',
    },
    {
      path: readPath(evaluationOf(evaluations.find((row) => row['is_automated'])?.['evaluation_id'])),
      holds: 'aiScoring.pending',
    },
    ...['agent', 'evaluator', 'evaluationForm'].map((expand) => ({
      path: readPath(sample, `?expand=${expand}`),
      holds:
        expand === 'evaluationForm' ? 'evaluationForm.questionGroups.0.questions.0.id' : `${expand}.email`,
    })),
  ],
  postQualityEvaluationsScoring: [
    {
      path: '/api/v2/quality/evaluations/scoring',
      body: {
        evaluationForm: fieldsOfEvaluationForm(sampleForm),
        answers: sampleRead.answers,
      },
      holds: 'questionGroupScores.0.questionScores.0.questionId',
    },
  ],
  getQualityFormsEvaluations: [{ path: formsPath, holds: 'entities.0.contextId' }],
  getQualityFormsEvaluationsBulk: [
    {
      path: `${formsPath}/bulk?id=${formIds.join(',')}`,
      holds: 'entities.0.questionGroups.0.questions.0.answerOptions.0.id',
    },
  ],
  getQualityFormsEvaluationsBulkContexts: [
    {
      path: `${formsPath}/bulk/contexts?contextId=${forms.entities.map((form) => form['contextId']).join(',')}`,
      holds: '3.questionGroups.0.questions.0.id',
    },
  ],
  getQualityFormsEvaluation: formIds.map((id) => ({
    path: `${formsPath}/${id}`,
    holds: 'questionGroups.0.questions.0.answerOptions.0.id',
  })),
  getQualityFormsEvaluationVersions: [
    { path: `${formsPath}/${formIds[0]}/versions`, holds: 'entities.1.id' },
  ],
  getQualityPublishedformsEvaluations: [
    { path: '/api/v2/quality/publishedforms/evaluations?pageSize=2&pageNumber=2', holds: 'previousUri' },
  ],
  getQualityPublishedformsEvaluation: [
    { path: `/api/v2/quality/publishedforms/evaluations/${formIds[0]}`, holds: 'questionGroups.0.id' },
  ],
  getQualityCalibrations: [
    {
      path: `/api/v2/quality/calibrations?calibratorId=${calibration?.['calibrator_id']}`,
      holds: 'entities.0.evaluations.0.id',
    },
  ],
  getQualityCalibration: [
    {
      path: `/api/v2/quality/calibrations/${calibration?.['calibration_id']}?conversationId=${calibration?.['conversation_id']}`,
      holds: 'evaluations.2.evaluator.id',
    },
  ],
  getQualityAgentsActivity: [
    { path: '/api/v2/quality/agents/activity', holds: 'entities.0.averageCriticalScore' },
  ],
  getQualityEvaluatorsActivity: [
    { path: '/api/v2/quality/evaluators/activity', holds: 'entities.0.numCalibrationsAssigned' },
  ],
  postAnalyticsEvaluationsAggregatesQuery: [
    {
      path: '/api/v2/analytics/evaluations/aggregates/query',
      body: aggregation,
      holds: 'results.0.data.0.views.0.stats.count',
    },
  ],
  getAnalyticsEvaluationsAggregatesJob: [{ path: aggregatesJob, holds: 'completionDate' }],
  getAnalyticsEvaluationsAggregatesJobResults: [
    { path: `${aggregatesJob}/results`, holds: 'results.0.data.0.metrics.0.stats.count' },
  ],
  postAnalyticsConversationsDetailsQuery: [
    {
      path: '/api/v2/analytics/conversations/details/query',
      body: details,
      holds: 'conversations.0.evaluations.0.evaluationId',
    },
  ],
  getAnalyticsConversationsDetails: [
    {
      path: `/api/v2/analytics/conversations/details?id=${sample['conversation_id']}`,
      holds: 'conversations.0.participants.0.sessions.0.segments.0.segmentType',
    },
  ],
  getAnalyticsConversationDetails: [
    {
      path: `/api/v2/analytics/conversations/${sample['conversation_id']}/details`,
      holds: 'evaluations.0.oTotalScore',
    },
  ],
  getAnalyticsConversationsDetailsJobsAvailability: [
    { path: '/api/v2/analytics/conversations/details/jobs/availability', holds: 'dataAvailabilityDate' },
  ],
  getAnalyticsConversationsDetailsJob: [{ path: detailsJob, holds: 'completionDate' }],
  getAnalyticsConversationsDetailsJobResults: [
    {
      path: `${detailsJob}/results?pageSize=50`,
      holds: 'conversations.0.participants.0.sessions.0.mediaType',
    },
  ],
  getQualitySurvey: [...surveys].map(([status, row]) => ({
    path: `/api/v2/quality/surveys/${row['survey_id']}`,
    holds:
      status === 'FINISHED'
        ? 'answers.questionGroupScores.0.questionScores.0.score'
        : status === 'ERROR'
          ? 'surveyErrorDetails.surveyErrorReason'
          : 'surveyForm.contextId',
  })),
  getQualityConversationSurveys: [
    {
      path: `/api/v2/quality/conversations/${surveys.get('FINISHED')?.['conversation_id']}/surveys`,
      holds: '0.answers.totalScore',
    },
  ],
  getQualityFormsSurvey: surveyForms.map((id) => ({
    path: `/api/v2/quality/forms/surveys/${id}`,
    holds: 'questionGroups.0.questions.0.answerOptions.4.value',
  })),
  getQualityFormsSurveysBulk: [
    {
      path: `/api/v2/quality/forms/surveys/bulk?id=${surveyForms.join(',')}`,
      holds: 'entities.0.questionGroups.1.questions.1.maxResponseCharacters',
    },
  ],
  postAnalyticsSurveysAggregatesQuery: [
    {
      path: `${surveysPath}/query`,
      body: surveyAggregation,
      holds: 'results.0.data.0.metrics.0.stats.count',
    },
  ],
  getAnalyticsSurveysAggregatesJob: [{ path: surveysJob, holds: 'completionDate' }],
  getAnalyticsSurveysAggregatesJobResults: [
    { path: `${surveysJob}/results`, holds: 'results.0.group.surveyId' },
  ],
  getCoachingAppointments: [
    {
      path: `/api/v2/coaching/appointments?userIds=${annotations
        .map((row) => row['agent_id'])
        .slice(0, 50)
        .join(',')}&pageSize=50`,
      holds: 'entities.0.conversations',
    },
  ],
  getCoachingAppointment: [
    { path: `/api/v2/coaching/appointments/${annotations[0]?.['parent_id']}`, holds: 'dateCompleted' },
  ],
  getCoachingAppointmentAnnotations: [true, false].map((archived) => ({
    path: `/api/v2/coaching/appointments/${annotations.find((row) => row['is_archived'] === archived)?.['parent_id']}/annotations`,
    holds: 'entities.0.text',
  })),
  getAuthorizationSubjectsMe: [
    { path: '/api/v2/authorization/subjects/me', holds: 'grants.0.role.policies.0.actions.0' },
  ],
  getUsers: [{ path: '/api/v2/users?state=any&pageSize=500', holds: 'entities.60.division.id' }],
  getUser: [{ path: `/api/v2/users/${user}`, holds: 'email' }],
  getRoutingQueues: [{ path: '/api/v2/routing/queues', holds: 'entities.0.division.id' }],
  getRoutingQueue: [{ path: `/api/v2/routing/queues/${queue}`, holds: 'name' }],
  getRoutingQueuesDivisionviewsAll: [
    { path: '/api/v2/routing/queues/divisionviews/all', holds: 'entities.0.id' },
  ],
  getAuthorizationDivisions: [{ path: '/api/v2/authorization/divisions', holds: 'entities.6.id' }],
  getAuthorizationDivision: [{ path: `/api/v2/authorization/divisions/${division}`, holds: 'description' }],
  getAuthorizationDivisionsQuery: [
    { path: '/api/v2/authorization/divisions/query?pageSize=3', holds: 'nextUri' },
  ],
  getAuthorizationDivisionsHome: [{ path: '/api/v2/authorization/divisions/home', holds: 'homeDivision' }],
  getAuthorizationDivisionspermittedPagedMe: [
    {
      path: '/api/v2/authorization/divisionspermitted/paged/me?permission=quality:evaluation:view',
      holds: 'entities.0.id',
    },
  ],
  getTeams: [{ path: '/api/v2/teams?pageSize=3', holds: 'nextUri' }],
  getTeam: [{ path: `/api/v2/teams/${team}`, holds: 'division.id' }],
  getOrganizationsLimitsDocs: [{ path: '/api/v2/organizations/limits/docs', holds: 'url' }],
  getOrganizationsLimitsNamespaces: [
    { path: '/api/v2/organizations/limits/namespaces', holds: 'entities.0' },
  ],
  getOrganizationsLimitsNamespace: [
    { path: '/api/v2/organizations/limits/namespaces/platform.api', holds: 'entities.0.value' },
  ],
  getOrganizationsLimitsNamespaceDefaults: [
    { path: '/api/v2/organizations/limits/namespaces/platform.api/defaults', holds: 'entities.0.value' },
  ],
};

/** Answered with a 202 and a 204. */
const notOk = [
  'postAnalyticsSurveysAggregatesJobs',
  'deleteAnalyticsSurveysAggregatesJob',
  'postAnalyticsEvaluationsAggregatesJobs',
  'postAnalyticsConversationsDetailsJobs',
  'deleteAnalyticsEvaluationsAggregatesJob',
  'deleteAnalyticsConversationsDetailsJob',
];

it('has a call for every operation', () => {
  expect([...Object.keys(calls), ...notOk].sort()).toEqual(operations.map(({ id }) => id).sort());
});

it.each(
  operations.filter(({ id }) => calls[id] !== undefined).map(({ id, returns }) => [id, returns] as const),
)('%s answers with %s and nothing else', async (id, returns) => {
  for (const { path, body, holds } of calls[id] ?? []) {
    const answer = await api.send(body === undefined ? 'GET' : 'POST', path, body);
    expect(answer.status, `${path}: ${JSON.stringify(answer.body)}`).toBe(200);
    expect(deviations(returns, answer.body), path).toEqual([]);
    expect(answer.body, `${path} should hold ${holds}`).toHaveProperty(holds);
  }
});

it.each([
  ['POST', `${surveysPath}/jobs`, surveyAggregation],
  ['POST', '/api/v2/analytics/evaluations/aggregates/jobs', aggregation],
  ['POST', '/api/v2/analytics/conversations/details/jobs', { interval: week }],
] as const)('%s %s answers 202 with AsyncQueryResponse', async (method, path, body) => {
  const answer = await api.send(method, path, body);
  expect(answer.status).toBe(202);
  expect(deviations('AsyncQueryResponse', answer.body)).toEqual([]);
});

it.each([
  [400, `${searchPath}`, {}],
  [401, '/api/v2/users', undefined],
  [403, '/api/v2/quality/publishedforms/evaluations', undefined],
  [404, '/api/v2/users/nobody', undefined],
  [429, '/api/v2/teams', undefined],
])('a %s is an ErrorBody', async (status, path, body) => {
  if (status === 403) await control('POST', 'events', { kind: 'setPermissions', permissions: [] });
  else await control('POST', 'events', { kind: 'restorePermissions' });
  if (status === 401 || status === 429) {
    await control('POST', 'faults', { fault: { kind: 'status', status }, when: { times: 1 } });
  }
  const answer = await api.send(body === undefined ? 'GET' : 'POST', path, body);
  expect(answer.status).toBe(status);
  expect(deviations('ErrorBody', answer.body)).toEqual([]);
  expect(answer.body).toMatchObject({
    status,
    code: expect.stringMatching(/^[a-z]+(\.[a-z]+)+$/),
    message: expect.stringMatching(/\w/),
    contextId: answer.headers.get('inin-correlation-id'),
  });
});

describe('the check itself', () => {
  it.each([
    ['a field the vendor does not have', { evaluationScore: 90 }, /evaluationScore/],
    ['a field of another type', { rescore: 'true' }, /rescore must be boolean/],
    ['an enum in another casing', { status: 'Finished' }, /status must be equal to one of/],
    ['a nested field', { answers: { questionGroupScores: [{ max: 3 }] } }, /questionGroupScores\/0 .*"max"/],
    ['a model nobody has described', { answers: { transcriptTopics: [{}] } }, /transcriptTopics\/0 .*false/],
  ])('finds %s', (_name, change, found) => {
    expect(deviations('EvaluationResponse', sampleRead)).toEqual([]);
    expect(deviations('EvaluationResponse', { ...sampleRead, ...change }).join('\n')).toMatch(found);
  });

  it('finds a required field that is missing', () => {
    expect(deviations('AuthzDivision', { id: 'd' })).toEqual([expect.stringContaining('description')]);
  });
});

/** Submits a job, polls it to its end and gives its path. */
async function finishedJob(path: string, body: unknown): Promise<string> {
  const { body: submission } = await api.send<{ jobId: string }>('POST', path, body);
  const job = `${path}/${submission.jobId}`;
  for (let polls = 0; polls < 10; polls++) {
    if ((await api.get(job))['state'] === 'FULFILLED') return job;
  }
  throw new Error(`${job} does not end`);
}

/** The scoring takes an `EvaluationForm`, which has no weight mode. */
function fieldsOfEvaluationForm({ weightMode: _, ...form }: Record<string, unknown>) {
  return form;
}
