/** The Data Extraction API of NICE CXone behind the port of sources: docs/contracts/cxone-data-extraction.md. */
import { z } from 'zod';
import { TidemarkError } from '../../../model/errors.js';
import type { VisibilityFinding } from '../../../model/visibility.js';
import type { CallContext, Lookup, RecordReference, Source, SourceDiagnosis } from '../../source.js';
import { permission, type DataExtractionClient } from './client.js';
import { defaultEntities, type Entities } from './columns.js';
import { createJobs, jobsPath } from './jobs.js';
import { mapForm } from './mapForm.js';
import { mapScorecard } from './mapScorecard.js';
import { describePage, firstPage, readAgain, readForms, readPage, skipPage } from './readPages.js';

/** Forms are read from staging. */
const formIdsPerCall = 20;

export function createDataExtractionSource(
  client: DataExtractionClient,
  entities: Entities = defaultEntities,
): Source {
  return {
    vendor: 'cxone',
    api: 'data-extraction',
    capabilities: {
      holdsEvaluations: true,
      // Files hold all three, each told by its type.
      reconciles: {
        kind: 'evaluation',
        tables: ['evaluations', 'calibration_evaluations', 'self_assessments'],
      },
      listedBy: 'submission',
      updatedSince: false,
      lookupById: false,
      forms: false,
      answersInLists: 'always',
      deleteSignal: true,
      permissions: [permission],
    },
    jobs: createJobs(client, entities),
    // The API counts nothing.
    countByDay: async () => null,
    countCreated: async () => null,
    firstCursor: () => firstPage,
    describeCursor: describePage,
    readPage: async (_, cursor, context) => readPage(cursor, context),
    skipPage: (_, cursor, body) => skipPage(cursor, body),
    verifyAnswersInLists: async () => null,
    lookup,
    readForms,
    formIdsPerCall,
    async *readDirectory() {
      // The API has no people, queues or divisions but the names in its rows.
    },
    diagnose: (context, asked = [permission]) => diagnose(client, asked, context),
    auditVisibility: async () => [cannotBeTold],
    mapper: {
      record: (record, _, context) => mapScorecard(record, context),
      form: mapForm,
      directory: () => ({}),
    },
  };
}

/** Complete re-reads, and rows that say that a workflow was deleted, are evidence enough: nothing more can be asked. */
async function lookup(reference: RecordReference, context: CallContext): Promise<Lookup> {
  switch (reference.reason) {
    case 'incomplete': {
      const record = await readAgain(reference, context);
      if (record !== undefined) return { outcome: 'found', record, references: [] };
      break;
    }
    case 'deleted-event':
      // Its file is as old as the reference says.
      return { outcome: 'gone', reference, extractedAt: reference.changedAt };
    case 'absent':
    case 'absent-confirmed':
      return { outcome: 'gone', reference, extractedAt: new Date().toISOString() };
    default:
  }
  throw new TidemarkError(
    'InvalidRequest',
    `The Data Extraction API has no read by id of an evaluation (${reference.id}).`,
    { remedy: 'Load the window of its submission again.' },
  );
}

const jobListSchema = z.object({ jobs: z.array(z.unknown()) });

/** Sign-in, the tenant, and whether the API answers. Only a job would tell whether the permission is held. */
async function diagnose(
  client: DataExtractionClient,
  asked: readonly string[],
  context: CallContext,
): Promise<SourceDiagnosis> {
  const { api } = client;
  const tokenLifetimeSeconds = await api.tokenLifetimeSeconds(context);
  await client.tenant(context);
  await api.call({ method: 'GET', path: jobsPath, schema: jobListSchema, repeatable: true }, context);
  return {
    signIn: 'ok',
    tokenLifetimeSeconds,
    organisationDivisions: [],
    grantedDivisionIds: null,
    permissions: asked.map((each) => ({ permission: each, held: null })),
    excessPermissions: null,
    allowance: api.allowance(),
  };
}

const cannotBeTold: VisibilityFinding = {
  aspect: 'views',
  subjectId: 'organisation',
  subjectName: null,
  records: null,
  isVisible: null,
  note: "The API says nothing of what it leaves out: files show what the views of the access key's user show, and no count of anything else. Compare with the Evaluation Details report of somebody who sees everything.",
};
