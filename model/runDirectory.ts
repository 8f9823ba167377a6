/** Staging directory of what all windows of a run share. Its end removes it. */
export const runDirectoryOf = (connection: string, stream: string, runId: string) =>
  `${connection}/${stream}/runs/${runId}`;
