import type { Guide } from '../statement.js';
import { assessments } from './assessments.js';
import { feedback } from './feedback.js';

export const feedbackAndScores: Guide = {
  number: 3,
  title: 'Feedback and scores',
  about: 'Assessments, normalized by the version of their form, and feedback as it is edited.',
  statements: [...assessments, ...feedback],
};
