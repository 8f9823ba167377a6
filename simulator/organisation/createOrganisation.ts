import { Calendar } from './calendar.js';
import { appointmentOf, appointmentSpan, type Appointment } from './coaching.js';
import { ConversationBook } from './conversationBook.js';
import { createDirectory } from './directory.js';
import { EvaluationBook, type Unit } from './evaluationBook.js';
import { FeedbackBook } from './feedbackBook.js';
import { FormCatalogue } from './formCatalogue.js';
import { Identifiers } from './identifiers.js';
import {
  visibility,
  type CalibrationState,
  type EvaluationState,
  type Organisation,
  type OrganisationOptions,
  type PickKind,
  type SurveyState,
  type Viewer,
} from './organisation.js';
import { pickFrom } from './random.js';
import { Script } from './script.js';
import { Submissions } from './submissions.js';
import { SurveyBook } from './surveyBook.js';
import { SurveyForms } from './surveyForms.js';
import { Timeline } from './timeline.js';
import { truthOf } from './truth.js';

interface Span {
  from: number;
  to: number;
}

/** Steps through the organisation that visit every index once before any comes again. */
const pickStride = 7_919;

const isFinished = (state: EvaluationState) =>
  state.status === 'FINISHED' && state.calibrationId === undefined;
const matches: Record<PickKind, (state: EvaluationState, now: number) => boolean> = {
  finished: isFinished,
  released: (state, now) => isFinished(state) && (state.releaseDate ?? Infinity) <= now,
  neverReleased: (state) => state.status === 'FINISHED' && state.neverRelease,
  automated: (state) => state.systemSubmitted && state.status === 'FINISHED',
  pending: (state) => state.submittedDate === undefined,
};

/** Makes an organisation. It holds no evaluation in memory but those a script touched. */
export function createOrganisation(options: OrganisationOptions): Organisation {
  const { seed, now } = options;
  const ids = new Identifiers(seed);
  const directory = createDirectory(seed, ids);
  const home = pickFrom(directory.divisions, 0);
  const forms = new FormCatalogue(ids, seed, options, { id: home.id, name: home.name });
  const timeline = new Timeline({ ...options, sameMillisecond: options.sameMillisecond ?? 4 });
  const book = new EvaluationBook(seed, timeline, ids, directory, forms, now);
  const calendar = new Calendar(book);
  const conversations = new ConversationBook(seed, ids, book);
  const surveyForms = new SurveyForms(ids, options, { id: home.id, name: home.name });
  const surveys = new SurveyBook(seed, ids, timeline, conversations, surveyForms, now);
  const feedback = new FeedbackBook(seed, ids, book, conversations);
  const deletedSelfAssessments = new Map<string, number>();
  const script = new Script({
    book,
    forms,
    ids,
    directory,
    surveys,
    feedback,
    conversations,
    deletedSelfAssessments,
  });

  const calibrationAt = (index: number): CalibrationState | undefined => {
    if (timeline.kind(index) !== 'calibration') return undefined;
    const evaluations = conversations.evaluations(index);
    const [first] = evaluations;
    if (first === undefined) return undefined;
    const evaluators = timeline.parts(index).map((member) => book.evaluatorOf(index, member));
    return {
      id: ids.id('calibration', index),
      conversationId: ids.id('conversation', index),
      calibrator: book.evaluatorOf(index, 5),
      agent: first.agent,
      expertEvaluator: pickFrom(evaluators, 0),
      evaluators,
      form: first.form,
      createdDate: first.createdDate,
      divisionIds: first.divisionIds,
      evaluations,
    };
  };

  function* allEvaluations(): Generator<EvaluationState> {
    for (let index = 0; index < book.count; index++) yield* conversations.evaluations(index);
  }

  function* touched(span: Span): Generator<EvaluationState> {
    const seen = new Set<string>();
    for (const { kind, evaluation } of calendar.events(span.from, span.to)) {
      if (seen.has(evaluation.id)) continue;
      // Once it is submitted, nothing tells of when it was begun: it belongs to the span of its submission.
      if (kind === 'created' && (evaluation.submittedDate ?? -Infinity) >= span.to) continue;
      seen.add(evaluation.id);
      const unit = book.unitOf(evaluation.id);
      const state = unit === undefined ? undefined : book.state(unit);
      if (state !== undefined) yield state;
    }
  }

  function* deleted(span: Span): Generator<EvaluationState> {
    for (const event of calendar.events(span.from, span.to))
      if (event.kind === 'deleted') yield event.evaluation;
  }

  function* allSurveys(): Generator<SurveyState> {
    for (let index = 0; index < book.count; index++) {
      const survey = surveys.at(index);
      if (survey !== undefined) yield survey;
    }
  }

  function touchedSurveys(span: Span): Iterable<SurveyState> {
    const found = new Map<string, SurveyState>();
    for (const { survey } of surveys.events(span.from, span.to)) {
      if (surveys.byId(survey.id) !== undefined) found.set(survey.id, survey);
    }
    return found.values();
  }

  function appointments({ from, to }: Span): Iterable<Appointment> {
    const within = (time: number) => time >= from && time < to;
    const found = new Map<string, Appointment>();
    const candidates = [
      ...feedback.by('dateCreated', from - appointmentSpan, to),
      ...feedback.by('dateModified', from, to),
    ];
    for (const entry of candidates) {
      const appointment = appointmentOf(entry, now());
      if (appointment !== undefined && (within(entry.dateCreated) || within(appointment.dateModified)))
        found.set(entry.id, appointment);
    }
    return found.values();
  }

  const everything = { from: -Infinity, to: Infinity };
  const organisation: Organisation = {
    options,
    tenantId: options.tenantId ?? ids.id('tenant', 0),
    restrictedDivisionIds: directory.restrictedDivisionIds,
    divisions: () => directory.divisions,
    users: () => directory.users,
    queues: () => directory.queues,
    teams: () => directory.teams,
    formVersion: (formId) => forms.byFormId(formId, now()),
    formEdits: (formId) => forms.edits(formId),
    formVersions: (contextId) => forms.ofContext(contextId, now()),
    publishedForms: () => forms.latest(now()),
    evaluation: (id) => {
      const unit = book.unitOf(id);
      return unit === undefined ? undefined : book.state(unit);
    },
    evaluationsBy: (field, from, to, order) => calendar.evaluationsBy(field, from, to, order),
    submissions: (from, to, asOf) => {
      const present = asOf === undefined ? book : book.asOf(asOf);
      return new Submissions(seed, ids, present, deletedSelfAssessments).within(from, to);
    },
    evaluationsChanged: (from, to) => calendar.changed(from, to),
    events: (from, to) => calendar.events(from, to),
    conversation: (id) => {
      const index = conversations.indexOf(id);
      return index === undefined ? undefined : conversations.at(index);
    },
    conversationsByStart: (from, to) => conversations.byStart(from, to),
    calibration: (id) => {
      const identity = ids.resolve(id);
      return identity?.kind === 'calibration' && identity.index < timeline.count
        ? calibrationAt(identity.index)
        : undefined;
    },
    *calibrations(from, to) {
      const seen = new Set<number>();
      for (const state of calendar.evaluationsBy('createdDate', from, to, 'ASC')) {
        if (state.calibrationId === undefined || seen.has(state.index)) continue;
        seen.add(state.index);
        const calibration = calibrationAt(state.index);
        if (calibration !== undefined) yield calibration;
      }
    },
    survey: (id) => surveys.byId(id),
    surveysOfConversation: (conversationId) => {
      const index = conversations.indexOf(conversationId);
      const survey = index === undefined ? undefined : surveys.at(index);
      return survey === undefined ? [] : [survey];
    },
    surveyEvents: (from, to) => surveys.events(from, to),
    surveyForms: () => surveyForms.published(now()),
    surveyForm: (formId) => surveyForms.published(now()).find(({ id }) => id === formId),
    feedback: (id) => feedback.byId(id),
    feedbackBy: (field, from, to) => feedback.by(field, from, to),
    skillOf: (agent) => directory.skillOf(agent),
    apply: (event) => script.apply(event),
    pick: (kind, count, viewer, formId) => pick(kind, count, viewer, formId),
    truth: (table, viewer, span) =>
      truthOf(table, {
        organisation,
        viewer,
        evaluations: () => (span === undefined ? allEvaluations() : touched(span)),
        surveys: () => (span === undefined ? allSurveys() : touchedSurveys(span)),
        appointments: () => appointments(span ?? everything),
        deleted: () => deleted(span ?? everything),
      }),
  };

  function pick(kind: PickKind, count: number, viewer: Viewer, formId?: string): string[] {
    const found: string[] = [];
    for (let step = 0; step < timeline.count && found.length < count; step++) {
      const unit: Unit = { index: (step * pickStride) % timeline.count, part: 0 };
      if (book.overlayOf(unit) !== undefined) continue;
      const state = book.state(unit);
      if (state === undefined || visibility(state, viewer) !== 'visible') continue;
      if (formId !== undefined && state.form.id !== formId) continue;
      if (matches[kind](state, now())) found.push(state.id);
    }
    return found;
  }

  return organisation;
}
