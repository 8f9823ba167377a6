/** What the control API says to jobs. */
import { z } from 'zod';
import { jsonBody, read, type ControlRoute } from '../../control/controlRoute.js';
import { entities } from './jobRequest.js';
import type { ExtractionJobs } from './jobs.js';

const planSchema = z.strictObject({
  outcome: z.enum(['succeeded', 'failed', 'cancelled', 'expired', 'lost']),
  errorMessage: z.string().optional(),
  times: z.int().min(1).optional(),
  where: z
    .strictObject({
      entityName: z.enum(Object.keys(entities)).optional(),
      minDays: z.number().min(0).optional(),
      minAgeDays: z.number().optional(),
    })
    .default({}),
});

export const jobControls = (jobs: ExtractionJobs): ControlRoute[] => [
  {
    method: 'GET',
    path: 'jobs',
    handle: () => ({
      plans: jobs.plans(),
      jobs: jobs.all().map((job) => {
        const { entityName, version, startDate, endDate } = job.request;
        return {
          id: job.id,
          entityName,
          version,
          startDate,
          endDate,
          submittedAt: new Date(job.submittedAt).toISOString(),
          status: jobs.statusOf(job),
          outcome: job.fate.outcome,
        };
      }),
    }),
  },
  {
    method: 'POST',
    path: 'jobs',
    handle: (request) => {
      const plan = { ...read(planSchema, jsonBody(request)), decided: 0 };
      jobs.plan(plan);
      return plan;
    },
  },
  { method: 'DELETE', path: 'jobs', handle: () => ({ removed: jobs.forgetPlans() }) },
];
