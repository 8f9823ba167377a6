/** The views on a server that speaks BigQuery's protocol and executes its SQL. */
import { afterAll, beforeAll } from 'vitest';
import { dialectOf } from '../../../warehouses/bigquery/names.js';
import { startBigqueryServer, type BigqueryServer } from '../../support/bigquery/server.js';
import { bigqueryTarget } from '../bigquery/bigqueryTarget.js';
import { describeConnectionViews } from './describeConnectionViews.js';
import { describeReckonedViews } from './describeReckonedViews.js';
import { describeSurveyForms } from './describeSurveyForms.js';
import { describeViews } from './describeViews.js';
import { describeVoiceViews } from './describeVoiceViews.js';

let server: BigqueryServer;
beforeAll(async () => {
  server = await startBigqueryServer();
});
afterAll(() => server?.stop());

const open = () => bigqueryTarget(server, 'copy');

describeViews('BigQuery', open);
describeConnectionViews('BigQuery', open);
describeVoiceViews('BigQuery', open);
describeSurveyForms('BigQuery', open);
describeReckonedViews('BigQuery', async () => {
  const target = await open();
  return { target, dialect: dialectOf(target.config) };
});
