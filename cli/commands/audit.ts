import type { Command } from 'commander';
import { addAuditIntervalsCommand } from './auditIntervals.js';
import { addAuditVisibilityCommand } from './auditVisibility.js';

export function addAuditCommand(program: Command): void {
  const audit = program.command('audit').description('Look for what is missing, and say so');
  addAuditIntervalsCommand(audit);
  addAuditVisibilityCommand(audit);
}
