/**
 * A quality organisation drawn at random: batches as they come, with versions that are newer, stale or read again,
 * deletions and returns, and what must be true once all of them have been loaded.
 */
import { jsonText } from '../../../model/jsonText.js';
import type { CanonicalRows, Row } from '../../../model/tables.js';
import { sampleRow } from '../../support/sampleRows.js';
import { tombstone } from '../contract/sampleEvaluation.js';
import { contextOf, formRows, questions, textOf, versions } from './drawnForms.js';
import { at, createDraws, type Draws } from './draws.js';
import { drawVoices } from './drawnVoices.js';

const mine = { connection: 'acme', source_system: 'genesys' } as const;

export interface EvaluationTruth {
  row: Row<'evaluations'>;
  answers: Row<'evaluation_answers'>[];
  groups: Row<'evaluation_group_scores'>[];
  isDeleted: boolean;
}

export interface Truth {
  evaluations: EvaluationTruth[];
  forms: Row<'forms'>[];
  questions: Row<'form_questions'>[];
  calibrations: Row<'calibration_evaluations'>[];
  /** Those that the source still has. */
  surveys: Row<'surveys'>[];
  feedback: Row<'feedback'>[];
}

export interface DrawnQuality {
  batches: CanonicalRows[][];
  truth: Truth;
}

const months = ['2026-09-01', '2026-10-01', '2026-11-01'];

interface Read {
  stamp: number;
  extracted: number;
}

function drawEvaluation(draws: Draws, id: string, { stamp, extracted }: Read): EvaluationTruth {
  const version = draws.pick(versions);
  const agent = draws.pick(['ada', 'bob', 'cyd', null]);
  const common = {
    ...mine,
    evaluation_id: id,
    evaluation_month: draws.pick(months),
    extracted_at: at(extracted),
  };
  const form = { form_id: draws.chance(0.95) ? version.formId : null, form_context_id: version.contextId };
  const total = draws.chance(0.85) ? draws.whole(0, 200) / 2 : null;
  const row = sampleRow('evaluations', {
    ...common,
    ...form,
    change_stamp: at(stamp),
    content_hash: `${id} as read at ${extracted}`,
    status: draws.pick(['FINISHED', 'FINISHED', 'FINISHED', 'FINISHED', 'PENDING', 'INREVIEW', 'RETRACTED']),
    score_calculation_status: draws.pick(['final', 'final', 'final', 'failed', 'pending']),
    conversation_id: draws.chance(0.9) ? `c${draws.whole(1, 25)}` : null,
    division_ids: jsonText(draws.pick([[], ['north'], ['north', 'south']])),
    agent_id: agent,
    agent_name: agent === null ? null : agent.toUpperCase(),
    evaluator_id: draws.pick(['eve', null]),
    form_name: version.name,
    form_version: version.version,
    form_structure_hash: draws.pick([`structure of ${version.formId}`, 'an older structure', null]),
    total_score: total,
    total_critical_score: draws.chance(0.5) ? draws.whole(0, 100) : null,
    normalized_score: total === null ? null : draws.whole(0, 100),
    any_failed_kill_questions: draws.pick([true, false, null]),
    is_automated: draws.pick([true, false, null]),
    dispute_count: draws.pick([0, 2, null]),
    score_version_locked: draws.chance(0.8),
    comments: draws.pick(['Calm', '', null]),
    agent_comments: draws.pick(['Thanks', '', null]),
    submitted_at: draws.pick([at(1), null]),
    created_at: at(0),
  });
  const answers = questions
    .filter(() => draws.chance(0.85))
    .map(({ name, group, points, hasContext }) =>
      sampleRow('evaluation_answers', {
        ...common,
        ...form,
        question_id: `${version.formId}-${name}`,
        question_context_id: contextOf(name, version, hasContext),
        question_text: textOf(name, version),
        question_group_id: `${version.formId}-${group}`,
        group_context_id: contextOf(group, version),
        group_name: textOf(group, version),
        score: draws.chance(0.8) ? draws.whole(0, points ?? 0) : null,
        max_score: points,
        marked_na: draws.chance(0.15),
        system_marked_na: draws.chance(0.1),
        failed_kill_question: draws.chance(0.1),
      }),
    );
  const groups = ['g1', 'g2']
    .filter(() => draws.chance(0.9))
    .map((group) =>
      sampleRow('evaluation_group_scores', {
        ...common,
        question_group_id: `${version.formId}-${group}`,
        group_context_id: contextOf(group, version),
        total_score: draws.chance(0.9) ? draws.whole(0, 16) : null,
        max_total_score: draws.pick([16, 16, 0, null]),
        marked_na: draws.chance(0.1),
        system_marked_na: draws.chance(0.1),
      }),
    );
  return { row, answers, groups, isDeleted: false };
}

const rowsOf = ({ row, answers, groups }: EvaluationTruth): CanonicalRows => ({
  evaluations: [row],
  evaluation_answers: answers,
  evaluation_group_scores: groups,
});

/** As it is after a first load: in the month of that, whatever a later version says. */
function inMonthOf({ row }: EvaluationTruth, later: EvaluationTruth): EvaluationTruth {
  const month = { evaluation_month: row.evaluation_month };
  return {
    ...later,
    row: { ...later.row, ...month },
    answers: later.answers.map((answer) => ({ ...answer, ...month })),
    groups: later.groups.map((group) => ({ ...group, ...month })),
  };
}

/** The same content, read at another time. */
const readAgain = (truth: EvaluationTruth, hour: number): EvaluationTruth => ({
  ...truth,
  row: { ...truth.row, extracted_at: at(hour) },
});

export function drawQuality(seed: number): DrawnQuality {
  const draws = createDraws(seed);
  const forms = formRows();
  const [first, second, third]: [CanonicalRows[], CanonicalRows[], CanonicalRows[]] = [
    [{ forms: forms.forms, form_questions: forms.questions }],
    [],
    [],
  ];
  const evaluations = Array.from({ length: 80 }, (_, index): EvaluationTruth => {
    const id = `e${index}`;
    const before = drawEvaluation(draws, id, { stamp: 8, extracted: 9 });
    const change = (stamp: number) => drawEvaluation(draws, id, { stamp, extracted: 11 });
    first.push(rowsOf(before));
    const fate = draws.pick([
      'kept',
      'kept',
      'newer',
      'rescored',
      'stale',
      'again',
      'deleted',
      'returned',
      'late',
    ]);
    if (fate === 'newer' || fate === 'rescored') {
      const after = change(fate === 'newer' ? 10 : 8);
      second.push(rowsOf(after));
      return inMonthOf(before, after);
    }
    if (fate === 'stale') second.push(rowsOf(change(7)));
    if (fate === 'again') second.push(rowsOf(readAgain(before, 11)));
    if (fate === 'deleted' || fate === 'returned' || fate === 'late') second.push(tombstone(id, at(12)));
    if (fate === 'returned') third.push(rowsOf(readAgain(before, 13)));
    // Read before the deletion was established.
    if (fate === 'late') third.push(rowsOf(readAgain(before, 11)));
    return { ...before, isDeleted: fate === 'deleted' || fate === 'late' };
  });
  const calibrations = Array.from({ length: 6 }, (_, index) =>
    sampleRow('calibration_evaluations', {
      ...mine,
      evaluation_id: `k${index}`,
      conversation_id: `c${draws.whole(1, 25)}`,
      status: 'FINISHED',
      comments: 'Calibrated',
      total_score: 1,
    }),
  );
  first.push({ calibration_evaluations: calibrations });
  const voices = drawVoices(draws);
  first.push(...voices.first);
  second.push(...voices.second);
  const { surveys, feedback } = voices;
  return {
    batches: [first, second, third],
    truth: { evaluations, ...forms, calibrations, surveys, feedback },
  };
}
