/** The columns of qm-questions. */
import type { QuestionType } from '../../organisation/vendorModels.js';
import { moment, namesOf, type Columns } from './columns.js';
import type { AnsweredQuestion, Workflow } from './workflow.js';

export interface QuestionRow extends AnsweredQuestion {
  workflow: Workflow;
}

/** The words of the vendor for kinds of questions. */
export const questionTypes: Readonly<Record<QuestionType, string>> = {
  multipleChoiceQuestion: 'Multiple Choice',
  multipleSelectQuestion: 'Multiple Select',
  freeTextQuestion: 'Free Text',
  npsQuestion: 'Rating',
  readOnlyTextBlockQuestion: 'Text Block',
};

export const questionColumns: Columns<QuestionRow> = [
  ['Workflow Instance ID', ({ workflow }) => workflow.state.id],
  ['Workflow Type', ({ workflow }) => workflow.type],
  ['Form ID', ({ workflow }) => workflow.state.form.contextId],
  ['Form Name', ({ workflow }) => workflow.state.form.name],
  ['Form Version', ({ workflow }) => workflow.formVersion],
  ['Section ID', ({ group }) => group.contextId],
  ['Section Title', ({ group }) => group.name],
  ['Section Score %', ({ sectionPercentage }) => sectionPercentage],
  ['Question ID', ({ question }) => question.contextId],
  ['Question Number', ({ number }) => number],
  ['Question Title', ({ question }) => question.text],
  ['Question Type', ({ question }) => questionTypes[question.type]],
  ['Options', ({ options }) => options],
  ['Answer', ({ answer }) => answer],
  ['Actual Score', ({ score }) => score],
  ['Max Score', ({ maxScore }) => maxScore],
  ['Critical', ({ critical }) => critical],
  ['Failed Critical Question', ({ failedCritical }) => failedCritical],
  ['Mandatory', ({ question }) => !question.naEnabled],
  ['Scorable', ({ scorable }) => scorable],
  ['Bank ID', () => undefined],
  ['Evaluation Score %', ({ workflow }) => workflow.percentage],
  ['Evaluation Start Date', ({ workflow }) => moment(workflow.state.createdDate)],
  ['Evaluation Submission Date', ({ workflow }) => moment(workflow.state.submittedDate)],
  ['Agent ID', ({ workflow }) => workflow.state.agent.id],
  ['FirstName (Agent)', ({ workflow }) => namesOf(workflow.state.agent)[0]],
  ['LastName (Agent)', ({ workflow }) => namesOf(workflow.state.agent)[1]],
  ['Team ID', ({ workflow }) => workflow.state.team.id],
  ['Team Name', ({ workflow }) => workflow.state.team.name],
  ['FirstName (Eva)', ({ workflow }) => namesOf(workflow.state.evaluator)[0]],
  ['LastName (Eva)', ({ workflow }) => namesOf(workflow.state.evaluator)[1]],
  ['Segment ID', ({ workflow }) => workflow.submission.segmentId],
  ['Interaction Start Date', ({ workflow }) => moment(workflow.state.conversationDate)],
  ['Interaction End Date', ({ workflow }) => moment(workflow.state.conversationEndDate)],
];
