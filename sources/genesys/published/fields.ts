/** Fields of the vendor's answers. All but ids may be missing or null: the published models require next to none. */
import { z } from 'zod';
import { id, isStorable, outOfYears } from '../../rows/fields.js';

export { id };

export const text = z.string().nullish();
export const number = z.number().nullish();
export const whole = z.int().nullish();
export const flag = z.boolean().nullish();
export const instant = z.iso.datetime({ offset: true }).refine(isStorable, outOfYears).nullish();
export const reference = z.looseObject({ id }).nullish();
export const person = z.looseObject({ id, name: text }).nullish();
