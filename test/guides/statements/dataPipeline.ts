import type { Guide } from '../statement.js';
import { dataPipelineReading } from './dataPipelineReading.js';
import { dataPipelineLoading } from './dataPipelineLoading.js';

export const dataPipeline: Guide = {
  number: 1,
  title: 'A data pipeline for evaluation scores',
  about: 'An incremental pipeline that survives failures, changing templates and late scores.',
  statements: [...dataPipelineReading, ...dataPipelineLoading],
};
