/** Surveys of the organisation. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SurveyState, SurveyStatus } from '../../../simulator/organisation/organisation.js';
import { hour, day, from, later, organisation, at, allSurveys, everything, first } from './organisations.js';

describe('surveys', () => {
  it('are made after four conversations of ten, and three quarters of them are finished', () => {
    const of = at(later, 3_000);
    const surveys = allSurveys(of);
    expect(surveys.length / 3_000).toBeCloseTo(0.4, 1);
    const shares = (status: SurveyStatus) =>
      surveys.filter((survey) => survey.status === status).length / surveys.length;
    expect(shares('Finished')).toBeCloseTo(0.75, 1);
    for (const status of ['Expired', 'OptOut', 'Error'] as const)
      expect(shares(status)).toBeGreaterThan(0.01);
  });

  it.each<[SurveyStatus, number, (survey: SurveyState) => Partial<SurveyState>]>([
    ['Pending', 0, () => ({ sentDate: undefined, completedDate: undefined })],
    [
      'Sent',
      5 * 60_000,
      ({ createdDate }) => ({ sentDate: createdDate + 300_000, completedDate: undefined }),
    ],
    ['Finished', 10 * day, ({ eventTime }) => ({ completedDate: eventTime })],
  ])('are %s in their time', (status, age, expected) => {
    const { of, clock } = organisation();
    const finished = first(allSurveys(of), (survey) => survey.status === 'Finished');
    clock.now = finished.createdDate + age;
    const then = of.survey(finished.id);
    expect(then).toMatchObject({ status, ...(then === undefined ? {} : expected(then)) });
    expect(then?.groups.length).toBe(status === 'Finished' ? 2 : 0);
    clock.now = finished.createdDate - 1;
    expect(of.survey(finished.id)).toBeUndefined();
  });

  it('have answers that make up their scores', () => {
    const of = at(later, 1_500);
    for (const survey of allSurveys(of)) {
      const questions = survey.groups.flatMap((group) => group.questions);
      const ratings = questions.flatMap(({ value }) => value ?? []);
      const mean = ratings.reduce((sum, value) => sum + value, 0) / ratings.length;
      if (ratings.length === 0) expect(survey.totalScore).toBeUndefined();
      else expect(survey.totalScore).toBeCloseTo(20 * mean, 9);
      expect(ratings.every((value) => [1, 2, 3, 4, 5].includes(value))).toBe(true);
      expect(questions.find(({ type }) => type === 'npsQuestion')?.npsScore).toBe(survey.npsScore);
      const asked = of.surveyForm(survey.formId)?.questionGroups.flatMap((group) => group.questions) ?? [];
      if (survey.status === 'Finished')
        expect(questions.map(({ id, text }) => [id, text])).toEqual(asked.map(({ id, text }) => [id, text]));
    }
  });

  it('are on the version of the form that was published when they were made', () => {
    const of = at(later);
    expect(of.surveyForms().map(({ name }) => name)).toEqual(['Customer survey', 'Customer survey v2']);
    expect(new Set(of.surveyForms().map(({ contextId }) => contextId)).size).toBe(1);
    for (const survey of allSurveys(of)) {
      const published = of
        .surveyForms()
        .filter(({ modifiedDate }) => Date.parse(modifiedDate) <= survey.createdDate);
      expect(survey.formId).toBe(published.at(-1)?.id);
    }
    expect(at(from).surveyForms()).toHaveLength(1);
  });

  it('are found by their conversation, at an evaluation of it', () => {
    const of = at(later);
    const surveys = allSurveys(of);
    for (const survey of surveys) {
      expect(of.surveysOfConversation(survey.conversationId).map(({ id }) => id)).toEqual([survey.id]);
      const evaluation = survey.evaluationId === undefined ? undefined : of.evaluation(survey.evaluationId);
      if (evaluation !== undefined) expect(evaluation.conversationId).toBe(survey.conversationId);
      expect(survey.createdDate).toBeGreaterThan(of.conversation(survey.conversationId)?.end ?? Infinity);
    }
    expect(surveys.filter(({ evaluationId }) => evaluationId !== undefined).length).toBeGreaterThan(200);
    expect(of.surveysOfConversation('none')).toEqual([]);
  });

  it('tell of themselves in order, each event once, whatever the cuts', () => {
    const of = at(from + 20 * day);
    const tell = (start: number, end: number) =>
      [...of.surveyEvents(start, end)].map(({ time, kind, survey }) => `${time} ${kind} ${survey.id}`);
    const all = tell(-Infinity, Infinity);
    expect(new Set(all).size).toBe(all.length);
    const times = all.map((event) => Number(event.split(' ')[0]));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(from + 20 * day);
    fc.assert(
      fc.property(fc.integer({ min: from - day, max: from + 20 * day }), (cut) => {
        expect([...tell(-Infinity, cut), ...tell(cut, Infinity)]).toEqual(all);
      }),
      { numRuns: 6 },
    );
  });

  it('say what happened to them and when the last of it did', () => {
    const events = [...at(later).surveyEvents(-Infinity, Infinity)];
    for (const { survey } of events) {
      const own = events.filter((event) => event.survey.id === survey.id);
      expect(survey.happened).toEqual(own.map(({ kind }) => kind));
      expect(survey.eventTime).toBe(own.at(-1)?.time);
    }
  }, 20_000);

  it('are finished by a script', () => {
    const { of, clock } = organisation();
    const survey = first(allSurveys(of), ({ status }) => status === 'Expired');
    const [formBefore, eventsBefore] = [survey.formId, [...of.surveyEvents(-Infinity, later)].length];
    clock.now += hour;
    expect(of.apply({ kind: 'completeSurvey', surveyId: survey.id })).toEqual({ surveyId: survey.id });
    const after = of.survey(survey.id);
    expect(after).toMatchObject({ status: 'Finished', completedDate: later + hour, formId: formBefore });
    expect(after?.groups).toHaveLength(2);
    const events = [...of.surveyEvents(later, later + day)];
    expect(events.map(({ kind, survey: { id } }) => [kind, id])).toEqual([['finished', survey.id]]);
    expect([...of.surveyEvents(-Infinity, later)]).toHaveLength(eventsBefore);
    expect(() => of.apply({ kind: 'completeSurvey', surveyId: survey.id })).toThrow(/surveyId/);
    expect(() => of.apply({ kind: 'completeSurvey', surveyId: 'none' })).toThrow(/surveyId "none"/);
  });

  it('are deleted by a script, which analytics tell of, and nothing happens to them afterwards', () => {
    const { of, clock } = organisation();
    clock.now = from + 5 * day;
    const survey = first(allSurveys(of), ({ status }) => status === 'Sent');
    const before = [...of.surveyEvents(-Infinity, clock.now)].length;
    clock.now += 60_000;
    const deletedAt = clock.now;
    expect(of.apply({ kind: 'deleteSurvey', surveyId: survey.id })).toEqual({ surveyId: survey.id });
    expect(of.survey(survey.id)).toBeUndefined();
    expect(of.surveysOfConversation(survey.conversationId)).toEqual([]);
    const left = everything(of, 'surveys').map((row) => row['survey_id']);
    expect(left).not.toContain(survey.id);
    expect([...of.surveyEvents(-Infinity, deletedAt - 60_000)]).toHaveLength(before);
    clock.now += 30 * day;
    const events = [...of.surveyEvents(deletedAt, clock.now)].filter(
      (event) => event.survey.id === survey.id,
    );
    expect(events).toMatchObject([{ kind: 'deleted', time: deletedAt, survey: { status: 'Sent' } }]);
    expect(() => of.apply({ kind: 'deleteSurvey', surveyId: survey.id })).toThrow(/surveyId/);
  });
});
