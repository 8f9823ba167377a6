/** Staging directory of what all windows of a run share. The end of the run removes it, also where another continues it. */
export const runDirectoryOf = (connection: string, stream: string, runId: string) =>
  `${connection}/${stream}/runs/${runId}`;
