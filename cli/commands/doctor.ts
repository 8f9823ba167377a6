import type { Command } from 'commander';
import colors from 'picocolors';
import { configOption, jsonOption, readConfiguration } from '../options.js';
import { write, writeJson } from '../output.js';
import { checkConnection } from '../connectionChecks.js';
import { checkStaging, checkTemporal, checkWarehouse } from '../doctorChecks.js';
import type { Finding } from '../finding.js';

const signs = {
  ok: colors.green('ok  '),
  warning: colors.yellow('warn'),
  error: colors.red('fail'),
} as const;

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'Check configuration, sign-in, permissions, divisions, allowance, Temporal, staging and warehouse',
    )
    .addOption(configOption())
    .addOption(jsonOption())
    .action(async (options: { config: string; json?: boolean }) => {
      const configuration = await readConfiguration(options.config);
      const findings: Finding[] = [
        { level: 'ok', check: 'configuration', message: `${options.config} is valid` },
        ...(
          await Promise.all(
            Object.keys(configuration.connections).map((name) => checkConnection(configuration, name)),
          )
        ).flat(),
        await checkTemporal(),
        await checkStaging(configuration),
        await checkWarehouse(configuration),
      ];
      if (options.json) writeJson(findings);
      else {
        for (const { level, check, message } of findings) write(`${signs[level]} ${check}: ${message}`);
      }
      if (findings.some(({ level }) => level === 'error')) process.exitCode = 1;
    });
}
