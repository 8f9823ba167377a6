import { Command } from 'commander';

/** Each in a module of its own, and what that needs is loaded with it: half a second for all of them. */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  run: async () => (await import('./commands/run.js')).addRunCommand,
  backfill: async () => (await import('./commands/backfill.js')).addBackfillCommand,
  reconcile: async () => (await import('./commands/reconcile.js')).addReconcileCommand,
  reextract: async () => (await import('./commands/reextract.js')).addReextractCommand,
  poll: async () => (await import('./commands/poll.js')).addPollCommand,
  audit: async () => (await import('./commands/audit.js')).addAuditCommand,
  quarantine: async () => (await import('./commands/quarantine.js')).addQuarantineCommand,
  worker: async () => (await import('./commands/worker.js')).addWorkerCommand,
  schedule: async () => (await import('./commands/schedule.js')).addScheduleCommand,
  status: async () => (await import('./commands/status.js')).addStatusCommand,
  workflow: async () => (await import('./commands/workflow.js')).addWorkflowCommand,
  describe: async () => (await import('./commands/describe.js')).addDescribeCommand,
  doctor: async () => (await import('./commands/doctor.js')).addDoctorCommand,
  dashboard: async () => (await import('./commands/dashboard.js')).addDashboardCommand,
  sql: async () => (await import('./commands/sql.js')).addSqlCommand,
  docs: async () => (await import('./commands/docs.js')).addDocsCommand,
  simulate: async () => (await import('./commands/simulate.js')).addSimulateCommand,
  demo: async () => (await import('./commands/demo.js')).addDemoCommand,
};

/**
 * The command with all that it can do; nothing of it has run yet.
 * @param wanted the subcommand that is asked for: where it is one, no other is loaded
 */
export async function createProgram(wanted?: string): Promise<Command> {
  const program = new Command('tidemark')
    .description('Durable, exactly-once exports of quality-management data into a warehouse, on Temporal.')
    .version('0.1.0')
    // Before a command only: commands have a --version of their own.
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for what is possible)');

  const known = wanted !== undefined && Object.hasOwn(commands, wanted);
  for (const [name, load] of Object.entries(commands)) {
    if (known && name !== wanted) continue;
    const add = await load();
    add(program);
  }
  return program;
}
