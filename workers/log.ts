import pino, { type Logger } from 'pino';

export type { Logger };

/**
 * The process log: JSON lines on standard error, as standard output belongs to results. Fields that could hold a
 * secret are removed, whoever logs them.
 */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['clientSecret', 'authorization', '*.clientSecret', '*.authorization', '*.access_token'],
        remove: true,
      },
    },
    pino.destination(2),
  );
}
