import { stampsOf } from '../rows/stamps.js';

export type { StampContext } from '../rows/stamps.js';

export const stamps = stampsOf('genesys');
