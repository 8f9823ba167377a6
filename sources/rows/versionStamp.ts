/** The number of a form's version as a stamp that sorts as text, e.g. 00000003. */
export const versionStamp = (version: number): string => String(version).padStart(8, '0');
