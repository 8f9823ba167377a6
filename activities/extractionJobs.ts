/** The steps of a vendor's extraction jobs: planned, submitted, collected into staging, and shaped into pages. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TidemarkError } from '../model/errors.js';
import { stillToDo, type ExtractionJob } from '../model/extractionJob.js';
import type {
  CollectedJob,
  ExtractedFile,
  ExtractionJobs,
  KeepPrepared,
  ShapedWindow,
} from '../sources/extractionJobs.js';
import type { StagedObject, StagingStore } from '../staging/stagingStore.js';
import { callContext, withHeartbeat } from './activityCall.js';
import {
  extractedFileName,
  extractedNoteName,
  extractedDirectory,
  preparedName,
  shapedName,
} from './batchLayout.js';
import type { Dependencies } from './dependencies.js';
import type {
  CollectJobInput,
  PlanJobsInput,
  PlannedJobs,
  ShapeExtractInput,
  SubmitJobInput,
} from './jobContracts.js';
import { getJson, putJson, requireJson } from './stagedJson.js';

/** Beside each file that a job brought; a file without it is not complete. */
interface ExtractedNote {
  job: ExtractionJob;
  file: StagedObject;
  extractedAt: string;
}

type Needs = Pick<Dependencies, 'source' | 'staging'>;

/** The jobs that a window still takes: one that is read again after a failure has its files already. */
export function createPlanJobs({ source, staging }: Needs) {
  return async function planJobs(input: PlanJobsInput): Promise<PlannedJobs> {
    return withHeartbeat(async ({ signal }) => {
      const jobs = jobsOf(source, input);
      const context = callContext(signal, input.priority);
      const tenant = await jobs.tenant(context);
      const done = (await extractedFiles(staging, input.directory)).map(({ job }) => job);
      return {
        tenant,
        jobs: jobs.jobsOf(input.window).flatMap((job) => stillToDo(job, done)),
        requests: context.meter.requests,
      };
    });
  };
}

/** Never tried again by itself: an answer that was lost may have started a job. */
export function createSubmitJob({ source }: Pick<Needs, 'source'>) {
  return async function submitJob(
    input: SubmitJobInput,
  ): Promise<{ jobId: string; submittedAt: string; requests: number }> {
    return withHeartbeat(async ({ signal }) => {
      const context = callContext(signal, input.priority);
      const { jobId, submittedAt } = await jobsOf(source, input).submit(input.job, context);
      return { jobId, submittedAt, requests: context.meter.requests };
    });
  };
}

/**
 * Asks for a job and takes its file into staging as soon as there is one: its URL lives for seconds, and each attempt
 * gets another.
 */
export function createCollectJob({ source, staging }: Needs) {
  return async function collectJob(input: CollectJobInput): Promise<CollectedJob & { requests: number }> {
    return withHeartbeat(async ({ signal }) => {
      const { job, jobId, directory } = input;
      const context = callContext(signal, input.priority);
      const workDirectory = await mkdtemp(join(tmpdir(), 'tidemark-extract-'));
      try {
        const path = join(workDirectory, 'file');
        const collected = await jobsOf(source, input).collect(jobId, path, context);
        if (collected.status === 'succeeded') {
          const file = await staging.putFile(extractedFileName(directory, job.name), path, 0);
          const note: ExtractedNote = { job, file, extractedAt: input.submittedAt };
          await putJson(staging, extractedNoteName(directory, job.name), note, 1);
        }
        return { ...collected, requests: context.meter.requests };
      } finally {
        await rm(workDirectory, { recursive: true, force: true });
      }
    });
  };
}

/** Joins the files of a window into the pages that it is read by; a window that has them keeps them. */
export function createShapeExtract({ source, staging }: Needs) {
  return async function shapeExtract(input: ShapeExtractInput): Promise<ShapedWindow> {
    return withHeartbeat(async ({ signal, report }) => {
      const { directory } = input;
      const kept = await getJson<ShapedWindow>(staging, shapedName(directory));
      if (kept !== undefined) return kept;
      const files: ExtractedFile[] = [];
      for (const { job, file, extractedAt } of await extractedFiles(staging, directory)) {
        files.push({ job, path: await staging.localPath(file), extractedAt });
      }
      let rows = 0;
      const keep: KeepPrepared = async (name, content, count) => {
        await putJson(staging, preparedName(directory, name), content, count);
        rows += count;
        report({ rows });
      };
      const shaped = await jobsOf(source, input).shape(files, keep, signal);
      await putJson(staging, shapedName(directory), shaped, shaped.records);
      return shaped;
    });
  };
}

async function extractedFiles(staging: StagingStore, directory: string): Promise<ExtractedNote[]> {
  const names = await staging.list(`${extractedDirectory(directory)}/`);
  const notes: ExtractedNote[] = [];
  for (const name of names) {
    if (name.endsWith('.json')) notes.push(await requireJson<ExtractedNote>(staging, name));
  }
  return notes;
}

function jobsOf(source: Dependencies['source'], of: { connection: string; stream: string }): ExtractionJobs {
  const { jobs } = source(of.connection, of.stream);
  if (jobs !== undefined) return jobs;
  throw new TidemarkError(
    'InvalidConfig',
    `Stream "${of.stream}" of "${of.connection}" is not read by jobs.`,
    {
      remedy: 'Its configuration was changed while a run was under way; the next run reads it as it is now.',
    },
  );
}
