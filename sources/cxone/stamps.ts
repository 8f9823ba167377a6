import { stampsOf } from '../rows/stamps.js';

export const stamps = stampsOf('cxone');
