/** Scopes that open what several others do, by those others. */
export const broader: Readonly<Record<string, string>> = {
  'quality:evaluation:read': 'quality:readonly',
  'quality:template:read': 'quality:readonly',
  'quality:metric:read': 'quality:readonly',
  'quality:assessment:read': 'quality:readonly',
  'quality:feedback:read': 'quality:readonly',
  'conversation:view': 'analytics:readonly',
};
