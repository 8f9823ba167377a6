/** Files of extraction jobs of a simulated tenant, taken into staging by the activities, to be staged again when broken. */
import { setTimeout as delay } from 'node:timers/promises';
import { extractedFileName, extractedNoteName } from '../../../activities/batchLayout.js';
import type { Dependencies } from '../../../activities/dependencies.js';
import { putJson, requireJson } from '../../../activities/stagedJson.js';
import type { ExtractionJob } from '../../../model/extractionJob.js';
import type { Simulator } from '../../../simulator/server.js';
import type { StagingStore } from '../../../staging/stagingStore.js';
import { checkConfiguration } from '../../../workers/loadConfiguration.js';
import { openSources } from '../../../workers/openSources.js';
import { stubsOf } from './playedWindow.js';
import type { AnswersIn } from './wholeWarehouse.js';

const of = {
  connection: 'acme',
  stream: 'evaluations',
  window: { start: '2026-09-01T00:00:00.000Z', end: '2026-09-03T00:00:00.000Z' },
};
const priority = 2;
const original = 'original';

export interface ExtractionFile {
  job: ExtractionJob;
  /** As the vendor made it. */
  text: string;
  /** Takes another file into staging in its place. */
  stage(windowDirectory: string, path: string): Promise<void>;
}

export async function openExtraction(
  simulator: Simulator,
  staging: StagingStore,
  warehouse: Dependencies['warehouse'],
) {
  const dependencies = (): Dependencies => ({
    ...sourcesOf(simulator),
    vendor: () => 'cxone',
    ...{ staging, warehouse, underWay: async () => [], alerts: { send: async () => {} } },
  });
  const { api } = stubsOf(dependencies());
  const common = { ...of, priority, directory: original } as const;
  const { jobs } = await api.planJobs.executeWithOptions({}, [common]);
  const files: ExtractionFile[] = [];
  for (const job of jobs) {
    const submitted = await api.submitJob.executeWithOptions({}, [{ ...common, job }]);
    const collecting = { ...common, job, ...submitted };
    while ((await api.collectJob.executeWithOptions({}, [collecting])).status !== 'succeeded')
      await delay(10);
    const text = await staging.get(extractedFileName(original, job.name));
    const note = await requireJson<object>(staging, extractedNoteName(original, job.name));
    files.push({
      job,
      text: text?.toString('utf8') ?? '',
      stage: async (windowDirectory, path) => {
        const file = await staging.putFile(extractedFileName(windowDirectory, job.name), path, 0);
        await putJson(staging, extractedNoteName(windowDirectory, job.name), { ...note, file }, 1);
      },
    });
  }
  return { of, dependencies, files, answersIn };
}

function sourcesOf(simulator: Simulator) {
  const { issuer, accessKeyId, accessKeySecret = '' } = simulator.contracts['cxone-data-extraction'] ?? {};
  const connection = {
    ...{ vendor: 'cxone', api: 'data-extraction', issuer, accessKeyId },
    ...{ clientId: '${ID}', clientSecret: '${SECRET}', accessKeySecret: '${KEY}' },
    streams: { evaluations: { startFrom: of.window.start } },
  };
  const { clientId: ID, clientSecret: SECRET } = simulator;
  return openSources(
    checkConfiguration({ connections: { acme: connection } }, 'tidemark.yaml', {
      ...{ ID, SECRET },
      KEY: accessKeySecret,
    }),
  );
}

type Texts = Readonly<Record<string, string>>;

/** One for each question; one that stands in several sections has an id for each of them. */
const answersIn: AnswersIn = (content) => {
  const { shared, questions } = content as { shared: Texts; questions: Texts[] };
  const rows = questions.map((question) => ({ ...shared, ...question }));
  const ids = rows.map((row) => cell(row, 'questionid'));
  return rows.map((row, index) => {
    const id = ids[index] ?? '';
    return ids.filter((each) => each === id).length === 1 ? id : `${cell(row, 'sectionid')}/${id}`;
  });
};

/** The first of the columns that are called so. */
function cell(row: Texts, name: string): string {
  const header = Object.keys(row).find((each) => each.toLowerCase().replaceAll(/[^a-z0-9]/g, '') === name);
  return header === undefined ? '' : (row[header] ?? '');
}
