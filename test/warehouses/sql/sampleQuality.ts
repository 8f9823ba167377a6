/** A small quality organisation, small enough to reckon its views by hand. */
import type { CanonicalRows, Row } from '../../../model/tables.js';
import { sampleRow } from '../../support/sampleRows.js';

const mine = { connection: 'acme', source_system: 'genesys' } as const;

interface AnswerSample {
  question: string;
  context?: string | null;
  text?: string;
  score: number | null;
  of: number | null;
  na?: boolean;
  failed?: boolean;
}

interface GroupSample {
  id: string;
  context?: string | null;
  score: number | null;
  of: number | null;
  na?: boolean;
}

interface ScorecardSample {
  id: string;
  agent?: string;
  month?: string;
  version?: 'v1' | 'v2';
  score?: number | null;
  values?: Partial<Row<'evaluations'>>;
  answers?: AnswerSample[];
  groups?: GroupSample[];
}

export const formVersions = { v1: '2026-01-01T00:00:00.000Z', v2: '2026-09-01T00:00:00.000Z' };

export function scorecard(sample: ScorecardSample): CanonicalRows {
  const { id, agent = 'ada', month = '2026-10-01', version = 'v1', answers = [], groups = [] } = sample;
  const score = sample.score === undefined ? 80 : sample.score;
  const form = { form_id: version, form_context_id: 'form' };
  const common = { ...mine, evaluation_id: id, evaluation_month: month };
  return {
    evaluations: [
      sampleRow('evaluations', {
        ...common,
        ...form,
        status: 'FINISHED',
        agent_id: agent,
        agent_name: agent.toUpperCase(),
        form_name: 'Service',
        form_version: formVersions[version],
        form_structure_hash: `hash of ${version}`,
        total_score: score,
        total_critical_score: score,
        normalized_score: score,
        any_failed_kill_questions: false,
        is_automated: false,
        dispute_count: 0,
        ...sample.values,
      }),
    ],
    evaluation_answers: answers.map(({ question, context, text, score: points, of, na, failed }) =>
      sampleRow('evaluation_answers', {
        ...common,
        ...form,
        question_id: question,
        question_context_id: context === undefined ? `c-${question.slice(0, 2)}` : context,
        question_text: text ?? question,
        score: points,
        max_score: of,
        marked_na: na ?? false,
        failed_kill_question: failed ?? false,
      }),
    ),
    evaluation_group_scores: groups.map((group) =>
      sampleRow('evaluation_group_scores', {
        ...common,
        question_group_id: `${group.id}-${version}`,
        group_context_id: group.context === undefined ? group.id : group.context,
        total_score: group.score,
        max_total_score: group.of,
        marked_na: group.na ?? false,
      }),
    ),
  };
}

/** A form version with its questions: group, question and points possible. */
export function formVersion(
  version: 'v1' | 'v2',
  questions: readonly { group: string; groupName: string; question: string; points: number | null }[],
  name = 'Service',
): CanonicalRows {
  const form = { ...mine, form_id: version, form_context_id: 'form' };
  const groups = [...new Set(questions.map(({ group }) => group))];
  return {
    forms: [
      sampleRow('forms', {
        ...form,
        name,
        form_version: formVersions[version],
        structure_hash: `hash of ${version}`,
      }),
    ],
    form_questions: questions.map(({ group, groupName, question, points }, index) =>
      sampleRow('form_questions', {
        ...form,
        question_id: question,
        question_context_id: `c-${question.slice(0, 2)}`,
        parent_question_id: null,
        question_group_id: `${group}-${version}`,
        group_context_id: group,
        group_name: groupName,
        group_index: groups.indexOf(group),
        question_index: index,
        max_score: points,
      }),
    ),
  };
}
