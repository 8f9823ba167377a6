import { Calendar } from './calendar.js';
import { createDirectory } from './directory.js';
import { EvaluationBook, type Unit } from './evaluationBook.js';
import { FormCatalogue } from './formCatalogue.js';
import { Identifiers } from './identifiers.js';
import {
  visibility,
  type CalibrationState,
  type ConversationState,
  type EvaluationState,
  type Organisation,
  type OrganisationOptions,
  type PickKind,
  type Viewer,
} from './organisation.js';
import { pickFrom } from './random.js';
import { Script } from './script.js';
import { dateTracks, Timeline } from './timeline.js';
import { truthOf } from './truth.js';

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
  const script = new Script(book, forms, ids, directory.users);

  const statesAt = (index: number): EvaluationState[] =>
    book.parts(index).flatMap((part) => book.state({ index, part }) ?? []);

  const conversationAt = (index: number): ConversationState | undefined => {
    const { conversation } = timeline.moments(index, 0);
    if (conversation > now()) return undefined;
    // The conversation is there before any evaluation of it: its agent and queue come from the first to be.
    const described = book.events({ index, part: 0 }, Infinity)[0]?.evaluation;
    if (described === undefined) return undefined;
    return {
      id: ids.id('conversation', index),
      index,
      start: described.conversationDate,
      end: described.conversationEndDate,
      divisionIds: described.divisionIds,
      queue: described.queue,
      agent: described.agent,
      mediaType: described.mediaType[0] ?? 'CALL',
      evaluations: statesAt(index),
    };
  };

  const calibrationAt = (index: number): CalibrationState | undefined => {
    if (timeline.kind(index) !== 'calibration') return undefined;
    const evaluations = statesAt(index);
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
    for (let index = 0; index < timeline.count; index++) yield* statesAt(index);
  }

  function* touched(span: { from: number; to: number }): Generator<EvaluationState> {
    const seen = new Set<string>();
    for (const { evaluation } of calendar.events(span.from, span.to)) {
      if (seen.has(evaluation.id)) continue;
      seen.add(evaluation.id);
      const unit = book.unitOf(evaluation.id);
      const state = unit === undefined ? undefined : book.state(unit);
      if (state !== undefined) yield state;
    }
  }

  function* deleted(span: { from: number; to: number }): Generator<EvaluationState> {
    for (const event of calendar.events(span.from, span.to))
      if (event.kind === 'deleted') yield event.evaluation;
  }

  const everything = { from: -Infinity, to: Infinity };
  const organisation: Organisation = {
    options,
    restrictedDivisionIds: directory.restrictedDivisionIds,
    divisions: () => directory.divisions,
    users: () => directory.users,
    queues: () => directory.queues,
    teams: () => directory.teams,
    formVersion: (formId) => forms.byFormId(formId, now()),
    formVersions: (contextId) => forms.ofContext(contextId, now()),
    publishedForms: () => forms.latest(now()),
    evaluation: (id) => {
      const unit = book.unitOf(id);
      return unit === undefined ? undefined : book.state(unit);
    },
    evaluationsBy: (field, from, to, order) => calendar.evaluationsBy(field, from, to, order),
    events: (from, to) => calendar.events(from, to),
    conversation: (id) => {
      const identity = ids.resolve(id);
      return identity?.kind === 'conversation' && identity.index < timeline.count
        ? conversationAt(identity.index)
        : undefined;
    },
    *conversationsByStart(from, to) {
      const starts = dateTracks.conversationDate
        .flatMap((track) => [...book.naturalUnits(from, to, track, 'ASC')])
        .filter(({ unit, time }) => unit.part === 0 && timeline.moments(unit.index, 0).conversation === time)
        .sort((a, b) => a.time - b.time);
      for (const { unit } of starts) {
        const conversation = conversationAt(unit.index);
        if (conversation !== undefined) yield conversation;
      }
    },
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
    apply: (event) => script.apply(event),
    pick: (kind, count, viewer, formId) => pick(kind, count, viewer, formId),
    truth: (table, viewer, span) =>
      truthOf(table, {
        organisation,
        viewer,
        evaluations: () => (span === undefined ? allEvaluations() : touched(span)),
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
