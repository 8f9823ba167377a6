/** Conversations as the vendor's analytics describes them, as far as this adapter relies on it. */
import { z } from 'zod';
import { id, instant, text } from './fields.js';

const segment = z.looseObject({
  segmentType: text,
  segmentStart: instant,
  segmentEnd: instant,
  queueId: text,
});
export type ConversationSegment = z.output<typeof segment>;
const session = z.looseObject({ mediaType: text, segments: z.array(segment).nullish() });
const participant = z.looseObject({
  purpose: text,
  participantName: text,
  userId: text,
  sessions: z.array(session).nullish(),
});

export const conversationSchema = z.looseObject({
  conversationId: id,
  conversationStart: instant,
  conversationEnd: instant,
  originatingDirection: text,
  externalTag: text,
  divisionIds: z.array(z.string()).nullish(),
  participants: z.array(participant).nullish(),
});
export type Conversation = z.output<typeof conversationSchema>;
export const conversationsSchema = z.looseObject({ conversations: z.array(conversationSchema).nullish() });
