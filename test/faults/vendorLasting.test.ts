/**
 * What stays wrong with a vendor: the run says what and where and loads nothing by halves, and once it is mended the
 * same command completes it.
 */
import { WorkflowFailedError } from '@temporalio/client';
import { afterAll, describe, expect, it } from 'vitest';
import { whyFailed } from '../../workflows/whyFailed.js';
import { differences } from './support/dump.js';
import { lastingPoints } from './support/vendorPoints.js';
import { publishedScenarios } from './support/vendorScenarios.js';
import { stage, struck } from './support/vendorStage.js';

/** How messages call a request: ids have no names there, and some requests have one of their own. */
const names: Readonly<Record<string, string>> = {
  '/oauth/token': 'sign-in',
  '/auth/token': 'sign-in',
  '/_store/{file}': 'Download of an extract',
};
const nameOf = ({ method, path }: { method: string; path: string }) =>
  names[path] ?? `${method} ${path.replaceAll(/\{\w+\}/g, '{id}')}`;

const { points, play, close } = await stage(publishedScenarios, lastingPoints);
afterAll(close);

describe.concurrent('a run says and survives', () => {
  it.each(points.map((point) => [point.title, point] as const))(
    '%s',
    async (_, { site, rehearsal, fault, where, nth }) =>
      play(async () => {
        await site.control('POST', 'faults', { fault, where, when: { from: nth } });
        const ended = await site.export({ outageTolerance: 20_000 }).then(
          ({ notes }) => ({ said: notes.join('\n'), failed: false }),
          (error: unknown) => {
            if (!(error instanceof WorkflowFailedError)) throw error;
            return { said: whyFailed(error.cause), failed: true };
          },
        );
        expect(await struck(site)).toBeGreaterThan(0);
        expect(ended.said.replaceAll(/\{\w+\}/g, '{id}')).toContain(nameOf(where));
        expect(ended.said).toContain(`connection ${site.name}`);
        // Rows can do without conversations, and with them are others.
        if (ended.failed) {
          const more = Object.values(differences(rehearsal.contents, await site.contents())).flatMap(
            ({ extra }) => extra,
          );
          expect(more).toEqual([]);
        }

        await site.control('DELETE', 'faults');
        await site.export();
        expect(differences(rehearsal.contents, await site.contents())).toEqual({});
      }),
    300_000,
  );
});
