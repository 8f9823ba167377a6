/**
 * Three task queues, because three things must be limited apart from each other: workflow code and computing, calls
 * to vendors, and the warehouse (the DuckDB file takes one writer).
 */
export function taskQueues(base: string): { workflows: string; api: string; warehouse: string } {
  return { workflows: base, api: `${base}-api`, warehouse: `${base}-warehouse` };
}
