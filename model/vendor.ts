/** Whose data it is; the value of the column source_system. */
export type Vendor = 'genesys' | 'cxone';
