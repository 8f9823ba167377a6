/** Media types in the words of the analytics, which differ from those of the evaluations. */

const renamed: Record<string, string> = {
  CALL: 'voice',
  INTERNAL_MESSAGE: 'internalmessage',
  SCREEN_MONITORING: 'screenmonitoring',
};

/** The media type as the analytics call it. */
export function analyticsMediaType(mediaType: string): string {
  return renamed[mediaType] ?? mediaType.toLowerCase();
}
