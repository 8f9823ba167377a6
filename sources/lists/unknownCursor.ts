import { TidemarkError } from '../../model/errors.js';

/** Of a cursor that names what this version does not read. */
export const unknownCursor = (what: 'pass' | 'list', name: unknown): TidemarkError =>
  new TidemarkError('InvalidRequest', `A cursor names the ${what} "${String(name)}", which is unknown.`, {
    remedy: 'It was written by another version, or with other settings of the stream: start the window anew.',
  });
