import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import type { Warehouse } from '../../warehouses/warehouse.js';
import { demonstrate, type Demonstration } from '../demo/demonstration.js';
import { Interrupted, listenForSignals } from '../demo/interruption.js';
import { showComparison, showQuestions } from '../demo/report.js';
import { jsonOption, parseWhole } from '../options.js';
import { write, writeJson, writeNote } from '../output.js';

interface DemoOptions {
  stay?: boolean;
  json?: boolean;
  evaluations: number;
  seed: number;
  directory: string;
  uiPort: number;
}

export function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .description(
      'Show an export end to end: simulated organisation, real Temporal server, a killed worker, a warehouse',
    )
    .option('--stay', 'keep everything up until Ctrl-C, to look around in the web UI')
    .addOption(jsonOption())
    .option('--evaluations <n>', 'evaluations in the organisation', parseWhole(100, 1_000_000), 5_000)
    .option('--seed <n>', 'seed of the organisation', parseWhole(0, 2 ** 31 - 1), 7)
    .option(
      '--directory <path>',
      'where the demo keeps its files; those of an earlier one go',
      '.tidemark/demo',
    )
    .option('--ui-port <port>', 'port of the web UI; 0 takes a free one', parseWhole(0, 65_535), 0)
    .action(async (options: DemoOptions) => {
      const bar = progressBar();
      const interruption = listenForSignals();
      const demonstration = await demonstrate({
        ...options,
        signal: interruption.signal,
        say: (text) => {
          write(text);
        },
        progress: bar.show,
        exported: () => {
          bar.end();
          write('Comparing the warehouse with the truth of the organisation');
        },
        hold: async (held, warehouse) => {
          await report(held, warehouse);
          if (options.stay) {
            write(`\nEverything stays up: web UI ${held.uiUrl ?? 'off'}. Ctrl-C ends it.`);
            await interruption.awaited();
          }
        },
      })
        .catch(endInterrupted)
        .finally(bar.end);
      if (demonstration === null) return;
      if (options.json) writeJson(machineResult(demonstration));
      if (deviations(demonstration) > 0) process.exitCode = 1;
    });
}

/** Ends the command as the signal would have, now that everything is down, so that its caller sees what happened. */
function endInterrupted(error: unknown): null {
  if (!(error instanceof Interrupted)) throw error;
  writeNote(error.message);
  process.exitCode = 1;
  process.kill(process.pid, error.signalName);
  return null;
}

/** A bar that nothing moves once it has ended: its timer would keep the command from ending. */
function progressBar(): { show: (done: number, total: number) => void; end: () => void } {
  const bar = new SingleBar({
    format: '{bar} {value} of about {total} evaluations',
    noTTYOutput: true,
    notTTYSchedule: 5_000,
  });
  let state: 'new' | 'shown' | 'ended' = 'new';
  return {
    show: (done, total) => {
      if (state === 'ended') return;
      if (state === 'new') bar.start(total, 0);
      state = 'shown';
      bar.update(done);
    },
    end: () => {
      if (state === 'shown') bar.stop();
      state = 'ended';
    },
  };
}

async function report(demonstration: Demonstration, warehouse: Warehouse): Promise<void> {
  const { result, warehousePath } = demonstration;
  await showQuestions(warehouse);
  showComparison(demonstration.comparisons);
  for (const { batch, page, windowStart } of result.resumptions) {
    write(`Resumed at page ${page} of batch ${batch} in the window from ${windowStart}.`);
  }
  write(`Pages requested twice: ${demonstration.pagesRepeated}. API requests: ${result.requests}.`);
  for (const note of result.notes) write(note);
  write(`\nWarehouse: ${warehousePath} (open it with DuckDB, e.g. "FROM evaluations LIMIT 10")`);
}

function machineResult(demonstration: Demonstration) {
  const { result, comparisons, pagesRepeated, scoreParity } = demonstration;
  const rowsOf = (table: string) => comparisons.find((each) => each.table === table)?.rows ?? 0;
  const evaluations = rowsOf('evaluations');
  const sum = (field: 'missing' | 'extra' | 'different') =>
    comparisons.reduce((total, comparison) => total + comparison[field], 0);
  return {
    evaluations,
    answers: rowsOf('evaluation_answers'),
    requestsPer1000: Math.round((result.requests / Math.max(1, evaluations)) * 1_000 * 10) / 10,
    scoreParity: scoreParity.evaluations === 0 ? null : scoreParity.equal / scoreParity.evaluations,
    resumedAtPage: result.resumptions[0]?.page ?? null,
    pagesRepeated,
    truth: { missing: sum('missing'), extra: sum('extra'), different: sum('different') },
  };
}

function deviations({ comparisons }: Demonstration): number {
  return comparisons.reduce((sum, { missing, extra, different }) => sum + missing + extra + different, 0);
}
