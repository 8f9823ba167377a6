import pino, { type Logger } from 'pino';
import { TidemarkError } from '../model/errors.js';

export type { Logger };

/** From the most that is said to nothing. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Where a process finds its level unless its command line says it. */
export const logLevelVariable = 'TIDEMARK_LOG_LEVEL';

/** The level that the environment names, or the given one. @throws TidemarkError InvalidConfig for none that there is. */
export function logLevelOf(environment: NodeJS.ProcessEnv, otherwise: LogLevel): LogLevel {
  const text = environment[logLevelVariable] ?? otherwise;
  const level = logLevels.find((known) => known === text);
  if (level !== undefined) return level;
  throw new TidemarkError(
    'InvalidConfig',
    `${logLevelVariable} is "${text}", which is no level of the log.`,
    {
      remedy: `Set it to one of ${logLevels.join(', ')}.`,
    },
  );
}

/**
 * The process log: JSON lines on standard error, as standard output belongs to results. Fields that could hold a
 * secret are removed, whoever logs them.
 */
export function createLog(level: LogLevel): Logger {
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
