/** Coaching appointments and what is written to them, as far as this adapter relies on them. */
import { z } from 'zod';
import { flag, id, instant, number, reference, text } from './fields.js';

export const appointmentSchema = z.looseObject({
  id,
  name: text,
  description: text,
  dateStart: instant,
  lengthInMinutes: number,
  status: z.string(),
  facilitator: reference,
  attendees: z.array(z.looseObject({ id })).nullish(),
  createdBy: reference,
  modifiedBy: reference,
  dateCreated: instant,
  dateModified: instant,
  dateCompleted: instant,
  conversations: z.array(z.looseObject({ id })).nullish(),
});
export type Appointment = z.output<typeof appointmentSchema>;
export const appointmentListSchema = z.looseObject({
  entities: z.array(appointmentSchema).nullish(),
  nextUri: text,
});

export const annotationSchema = z.looseObject({
  id,
  createdBy: reference,
  modifiedBy: reference,
  dateCreated: instant,
  dateModified: instant,
  text,
  isDeleted: flag,
  accessType: text,
});
export type Annotation = z.output<typeof annotationSchema>;
export const annotationListSchema = z.looseObject({
  entities: z.array(annotationSchema).nullish(),
  nextUri: text,
});
