/** The state of every evaluation at the organisation's present, from its moments and from what a script did to it. */
import { fillSheet } from './answerSheet.js';
import type { Directory } from './directory.js';
import type { FormCatalogue } from './formCatalogue.js';
import type { Identifiers } from './identifiers.js';
import { dataEvents, lastChange, lastSeen, past } from './moments.js';
import type { EvaluationEvent, EvaluationState, EvaluationStatus } from './organisation.js';
import { chance, mix, pickFrom } from './random.js';
import { scoreSheet } from './score.js';
import { Scripting, type Overlay, type Unit } from './scripting.js';
import type { Moments, Timeline, Track } from './timeline.js';
import type { EvaluationForm, ScoringSet, User } from './vendorModels.js';

export type { Overlay, Unit } from './scripting.js';

/** Scripted revisions take parts from here on, so they never meet the parts that nature has. */
export const firstScriptedPart = 16;

/** What has evaluations made. */
const policies = ['Two calls a week', 'New colleagues', 'After complaints'];
const programs = ['Service in every contact'];

const mediaTypes = [['CALL'], ['CALL'], ['CALL', 'SCREEN_MONITORING'], ['EMAIL'], ['MESSAGE'], ['CHAT']];

export class EvaluationBook {
  constructor(
    private readonly seed: number,
    readonly timeline: Timeline,
    private readonly ids: Identifiers,
    private readonly directory: Directory,
    private readonly forms: FormCatalogue,
    readonly now: () => number,
    private readonly scripting = new Scripting(),
  ) {}

  /** The book as it was at an instant, whatever scripts did to it since; names and forms are those of now. */
  asOf(instant: number): EvaluationBook {
    const { seed, timeline, ids, directory, forms } = this;
    const then = this.scripting.until(instant);
    return new EvaluationBook(seed, timeline, ids, directory, forms, () => instant, then);
  }

  overlayOf(unit: Unit): Overlay | undefined {
    return this.scripting.overlayOf(unit);
  }

  /** Lays changes over a unit, on top of earlier ones. */
  lay(unit: Unit, change: Partial<Overlay>): void {
    const before = this.overlayOf(unit) ?? { moments: {}, attempt: 0 };
    const overlay = { ...before, ...change, moments: { ...before.moments, ...change.moments } };
    this.scripting.lay(unit, overlay, this.now());
  }

  /** Adds an evaluation that nature does not have, at an index beyond all of nature's. */
  add(agent: User, skill: number | undefined, overlay: Overlay): Unit {
    const unit = { index: this.count, part: 0 };
    this.scripting.add({ agent, skill }, this.now());
    this.lay(unit, overlay);
    return unit;
  }

  /** Indices there are, those that scripts added included. */
  get count(): number {
    return this.timeline.count + this.scripting.addedCount;
  }

  /** Units that a script touched or made. */
  scripted(): Unit[] {
    return this.scripting.units();
  }

  /** Parts of an index, by nature and by script. */
  parts(index: number): number[] {
    const scripted = this.scripted()
      .filter((unit) => unit.index === index && unit.part >= firstScriptedPart)
      .map(({ part }) => part);
    return [...this.timeline.parts(index), ...scripted];
  }

  unitOf(evaluationId: string): Unit | undefined {
    const identity = this.ids.resolve(evaluationId);
    if (identity?.kind !== 'evaluation' || identity.index >= this.count) return undefined;
    const unit = { index: identity.index, part: identity.part };
    return this.parts(unit.index).includes(unit.part) ? unit : undefined;
  }

  idOf(unit: Unit): string {
    return this.ids.id('evaluation', unit.index, unit.part);
  }

  moments(unit: Unit): Moments {
    const overlay = this.overlayOf(unit);
    const natural = this.timeline.moments(unit.index, unit.part >= firstScriptedPart ? 0 : unit.part);
    return overlay === undefined ? natural : { ...natural, ...overlay.moments };
  }

  /** How often it was scored by a time: what a script did, and nature's own rescore where no script replaced it. */
  attempt(unit: Unit, now = this.now(), { rescored } = this.moments(unit)): number {
    const overlay = this.overlayOf(unit);
    const naturally = overlay?.moments.rescored === undefined && past(rescored, now);
    return (overlay?.attempt ?? 0) + (naturally ? 1 : 0);
  }

  /** The state at a time; undefined before the creation and after the deletion. */
  state(unit: Unit, now = this.now()): EvaluationState | undefined {
    const moments = this.moments(unit);
    const appeared = moments.revisionCreated ?? moments.created;
    if (appeared > now || past(moments.deleted, now)) return undefined;
    return this.describe(unit, moments, now);
  }

  /** Data events of a unit in order of time, up to a time. */
  events(unit: Unit, now = this.now()): EvaluationEvent[] {
    const moments = this.moments(unit);
    const seen = lastSeen(moments, now);
    return dataEvents(moments, now).map(({ kind, time }) => {
      const evaluation = this.describe(unit, moments, seen);
      return { kind, time, evaluation };
    });
  }

  /** Units of nature on a track whose place lies in [from, to), in order; those a script touched left out. */
  *naturalUnits(
    from: number,
    to: number,
    track: Track,
    order: 'ASC' | 'DESC',
  ): Generator<{ unit: Unit; time: number }> {
    for (const { index, time } of this.timeline.indices(from, to, track, order)) {
      for (const part of this.timeline.parts(index)) {
        const unit = { index, part };
        if (this.scripting.isEmpty || this.overlayOf(unit) === undefined) yield { unit, time };
      }
    }
  }

  private describe(unit: Unit, moments: Moments, now: number): EvaluationState {
    const { index, part } = unit;
    const overlay = this.overlayOf(unit);
    const kind = this.timeline.kind(index);
    const added = this.scripting.addedAt(index - this.timeline.count);
    const agent = added?.agent ?? pickFrom(this.directory.agents, chance(this.seed, index, 1));
    const systemSubmitted = kind === 'automated' && overlay?.replaces === undefined;
    const submitted = past(moments.submitted, now);
    const rescored = past(moments.rescored, now);
    const form =
      overlay?.formId === undefined
        ? this.formAt(index, moments.created)
        : this.forms.version(overlay.formId);
    const evaluator = systemSubmitted
      ? undefined
      : this.evaluatorOf(index, kind === 'calibration' ? part : 0);
    const queue =
      chance(this.seed, index, 3) < 0.6
        ? undefined
        : pickFrom(this.directory.queues, chance(this.seed, index, 4));
    const sheetSeed = mix(this.seed, index, part, this.attempt(unit, now, moments), 5);
    const skill =
      added?.skill ?? 0.55 + 0.4 * chance(this.seed, Number.parseInt(agent.id.slice(0, 6), 16), 6);
    const mediaType = pickFrom(mediaTypes, chance(this.seed, index, 7));
    const predecessor =
      overlay?.replaces?.unit ?? (kind === 'revised' && part === 1 ? { index, part: 0 } : undefined);
    const version = overlay?.replaces?.version ?? (predecessor === undefined ? 1 : 2);
    let sheet: ReturnType<typeof fillSheet> | undefined;
    const filled = () => (sheet ??= fillSheet(form, sheetSeed, skill, systemSubmitted));
    let scored: ScoringSet | undefined;
    const score = () => {
      const { chosen, naGroups, comments, privateComments } = filled();
      return scoreSheet(form, chosen, naGroups, {
        ...(comments === undefined ? {} : { comments }),
        ...(privateComments === undefined ? {} : { privateComments }),
        ...(past(moments.signedOff, now) ? { agentComments: 'Read and understood.' } : {}),
      });
    };
    return {
      id: this.idOf(unit),
      index,
      contextId: this.ids.id('evaluationContext', index, kind === 'calibration' ? part : 0),
      conversationId: this.ids.id('conversation', index),
      status: this.statusOf(index, moments, now),
      form,
      agent,
      evaluator,
      assignee: submitted ? undefined : evaluator,
      queue,
      team: this.directory.teamOf(agent),
      divisionIds: this.divisionsOf(index, agent.division.id),
      mediaType,
      systemSubmitted,
      calibrationId: kind === 'calibration' ? this.ids.id('calibration', index) : undefined,
      isScoringIndex: kind === 'calibration' && part === 0,
      get scoring() {
        return submitted ? (scored ??= score()) : undefined;
      },
      get chosen() {
        return submitted ? filled().chosen : [];
      },
      neverRelease: submitted && moments.release === undefined,
      releaseDate: submitted ? moments.release : undefined,
      createdDate: moments.created,
      assignedDate: moments.created,
      submittedDate: submitted
        ? rescored && !moments.silentlyRescored
          ? moments.rescored
          : moments.submitted
        : undefined,
      revisionCreatedDate: moments.revisionCreated,
      changedDate: lastChange(moments, now),
      conversationDate: moments.conversation,
      conversationEndDate: moments.conversation + 60_000 + Math.floor(chance(this.seed, index, 8) * 840_000),
      // At once, so that it is no change of its own.
      assigneeChangedDate: chance(this.seed, index, 17) < 0.1 ? moments.created : undefined,
      source: this.sourceOf(index, systemSubmitted),
      resourceId: mediaType.includes('EMAIL') ? this.ids.id('mail', index) : undefined,
      hasAssistanceFailed: chance(this.seed, index, 18) < 0.01,
      rescore: rescored,
      aiScoring: overlay?.aiScoring ?? (systemSubmitted ? { pending: false } : undefined),
      agentHasRead: past(moments.signedOff, now),
      disputeCount: past(moments.disputed, now) ? 1 : 0,
      version,
      retractedEvaluationId: predecessor === undefined ? undefined : this.idOf(predecessor),
      versionIds: predecessor === undefined ? [this.idOf(unit)] : [this.idOf(unit), this.idOf(predecessor)],
    };
  }

  /** The version that evaluations of an index are made on at a time. */
  formAt(index: number, time: number): EvaluationForm {
    return this.forms.currentAt(mix(this.seed, index, 2) % 4, time);
  }

  /** Members of a calibration are different evaluators. */
  evaluatorOf(index: number, member: number) {
    const { evaluators } = this.directory;
    const position = (mix(this.seed, index, 9) + member) % evaluators.length;
    return evaluators[position] ?? pickFrom(evaluators, 0);
  }

  private sourceOf(index: number, systemSubmitted: boolean): EvaluationState['source'] {
    const names = systemSubmitted ? programs : policies;
    const place = mix(this.seed, index, 19) % names.length;
    return {
      id: this.ids.id('evaluationSource', place, systemSubmitted ? 1 : 0),
      name: names[place] ?? '',
      type: systemSubmitted ? 'Program' : 'Policy',
    };
  }

  /** A few conversations touched the legal division: who is not granted it sees them redacted. */
  private divisionsOf(index: number, agentDivision: string): string[] {
    const legal = this.directory.restrictedDivisionIds[0];
    return legal !== undefined && chance(this.seed, index, 10) < 0.005
      ? [agentDivision, legal]
      : [agentDivision];
  }

  private statusOf(index: number, moments: Moments, now: number): EvaluationStatus {
    if (past(moments.retracted, now)) return 'RETRACTED';
    if (!past(moments.submitted, now)) return chance(this.seed, index, 11) < 0.5 ? 'PENDING' : 'INPROGRESS';
    return past(moments.disputed, now) ? 'INREVIEW' : 'FINISHED';
  }
}
