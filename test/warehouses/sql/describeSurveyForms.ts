/** Which form CSAT counts for, and what copies of the same answers are worth; the same for every warehouse. */
import { describe, expect, it } from 'vitest';
import type { Row } from '../../../model/tables.js';
import type { OpenTarget, ScratchTarget } from '../contract/target.js';
import { scorecard } from './sampleQuality.js';
import { survey } from './sampleVoices.js';

/** @param open a warehouse that has the views */
export function describeSurveyForms(name: string, open: OpenTarget): void {
  const read = async (target: ScratchTarget, columns: string, view: string, order: string) =>
    target.rows(`SELECT ${columns} FROM ${view} ORDER BY ${order}`);

  /** An evaluation of a conversation. */
  const about = (conversation: string, id: string) =>
    scorecard({ id, values: { conversation_id: conversation } });

  describe(`views of survey forms, in ${name}`, () => {
    it('sum up CSAT by the survey form over its versions, whatever they are called', async () => {
      const target = await open();
      const on = (form: string, version: number, called: string | null, day: number) => ({
        form_context_id: form,
        form_id: `${form}-v${version}`,
        form_name: called,
        completed_at: `2026-10-${day}T10:00:00.000Z`,
        csat_value: version,
      });
      const unknown = { form_context_id: null };
      await target.load(
        'b1',
        survey('s1', on('a', 1, 'How was it?', 10)),
        survey('s2', on('a', 3, 'How did we do?', 20)),
        // Of this version another survey says which form it is of.
        survey('s3', { ...on('a', 3, 'How did we do?', 19), ...unknown }),
        survey('s4', { ...on('a', 2, null, 25), agent_id: 'bob' }),
        // Another form of the same name, and one of which nothing but the name is known.
        survey('s5', on('b', 5, 'How was it?', 12)),
        survey('s6', { ...on('c', 4, 'How was it?', 12), ...unknown }),
        survey('s7', { ...on('c', 4, 'How was it?', 12), ...unknown, form_id: null }),
      );
      const columns = 'agent_id, form_context_id, form_name, surveys, average_csat';
      expect(await read(target, columns, 'v_agent_csat_monthly', 'average_csat, agent_id')).toEqual([
        { agent_id: 'bob', form_context_id: 'a', form_name: 'How did we do?', surveys: 1, average_csat: 2 },
        {
          agent_id: 'ada',
          form_context_id: 'a',
          form_name: 'How did we do?',
          surveys: 3,
          average_csat: 7 / 3,
        },
        {
          agent_id: 'ada',
          form_context_id: 'How was it?',
          form_name: 'How was it?',
          surveys: 2,
          average_csat: 4,
        },
        { agent_id: 'ada', form_context_id: 'b', form_name: 'How was it?', surveys: 1, average_csat: 5 },
      ]);
    });

    it('take CSAT from one copy of the same answers, and NPS from another that alone has it', async () => {
      const target = await open();
      const carried = (id: string, day: number, values: Partial<Row<'surveys'>>) => {
        const at = `2026-11-${String(day).padStart(2, '0')}T10:00:00.000Z`;
        return survey(id, { evaluation_id: id, conversation_id: 'c1', completed_at: at, ...values });
      };
      const [csatAlone, npsAlone] = [{ nps_score: null }, { csat_value: null }];
      await target.load(
        'b1',
        about('c1', 'e1'),
        carried('e1', 1, { ...csatAlone, form_context_id: 'one to five', total_score: null }),
        about('c1', 'e2'),
        carried('e2', 3, { ...npsAlone, form_context_id: 'recommend', total_score: 90 }),
        about('c1', 'e3'),
        carried('e3', 2, { ...npsAlone, form_context_id: 'recommend', nps_score: 2, total_score: 20 }),
      );
      const columns = 'surveys, csat_value, nps_score, survey_score';
      expect(await read(target, columns, 'v_csat_against_quality', 'agent_id')).toEqual([
        { surveys: 1, csat_value: 4, nps_score: 9, survey_score: 90 },
      ]);
      expect(
        await read(
          target,
          'form_context_id, surveys, rated_surveys, average_csat, average_score, nps_surveys, net_promoter_score',
          'v_agent_csat_monthly',
          'form_context_id',
        ),
      ).toEqual([
        {
          form_context_id: 'one to five',
          surveys: 1,
          rated_surveys: 1,
          average_csat: 4,
          average_score: 90,
          nps_surveys: 1,
          net_promoter_score: 100,
        },
      ]);
    });
  });
}
