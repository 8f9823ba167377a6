import { Command } from 'commander';
import { addAuditCommand } from './commands/audit.js';
import { addBackfillCommand } from './commands/backfill.js';
import { addDashboardCommand } from './commands/dashboard.js';
import { addDemoCommand } from './commands/demo.js';
import { addDescribeCommand } from './commands/describe.js';
import { addDocsCommand } from './commands/docs.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addPollCommand } from './commands/poll.js';
import { addReconcileCommand } from './commands/reconcile.js';
import { addQuarantineCommand } from './commands/quarantine.js';
import { addReextractCommand } from './commands/reextract.js';
import { addRunCommand } from './commands/run.js';
import { addScheduleCommand } from './commands/schedule.js';
import { addSimulateCommand } from './commands/simulate.js';
import { addSqlCommand } from './commands/sql.js';
import { addStatusCommand } from './commands/status.js';
import { addWorkerCommand } from './commands/worker.js';
import { addWorkflowCommand } from './commands/workflow.js';

/** The command with all that it can do; nothing of it has run yet. */
export function createProgram(): Command {
  const program = new Command('tidemark')
    .description('Durable, exactly-once exports of quality-management data into a warehouse, on Temporal.')
    .version('0.1.0')
    // Before a command only: commands have a --version of their own.
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for what is possible)');

  addRunCommand(program);
  addBackfillCommand(program);
  addReconcileCommand(program);
  addReextractCommand(program);
  addPollCommand(program);
  addAuditCommand(program);
  addQuarantineCommand(program);
  addWorkerCommand(program);
  addScheduleCommand(program);
  addStatusCommand(program);
  addWorkflowCommand(program);
  addDescribeCommand(program);
  addDoctorCommand(program);
  addDashboardCommand(program);
  addSqlCommand(program);
  addDocsCommand(program);
  addSimulateCommand(program);
  addDemoCommand(program);
  return program;
}
