import type { KeepPrepared } from '../../extractionJobs.js';
import type { CsvRow } from './columns.js';
import type { JoinedWorkflow } from './joinedWorkflow.js';
import { orphansName, pageName, type PreparedPage } from './prepared.js';

/** A page ends with the record that reaches either. */
const recordsPerPage = 500;
const charactersPerPage = 8 * 2 ** 20;

/** Cuts what it is given into pages. The last one says that it is: it is written when nothing more comes. */
export class PageWriter {
  private pages = 0;
  private total = 0;
  private characters = 0;
  private records: JoinedWorkflow[] = [];
  private orphanPages = 0;
  private orphans: CsvRow[] = [];

  constructor(private readonly keep: KeepPrepared) {}

  async add(record: JoinedWorkflow): Promise<void> {
    const isFull = this.records.length >= recordsPerPage || this.characters >= charactersPerPage;
    if (isFull) await this.write(false);
    this.records.push(record);
    this.characters += charactersOf(record);
  }

  async addOrphans(rows: readonly CsvRow[]): Promise<void> {
    this.orphans.push(...rows);
    if (this.orphans.length >= recordsPerPage) await this.writeOrphans();
  }

  async finish(): Promise<{ pages: number; records: number }> {
    if (this.orphans.length > 0) await this.writeOrphans();
    await this.write(true);
    return { pages: this.pages, records: this.total };
  }

  private async write(isLast: boolean): Promise<void> {
    const page: PreparedPage = { records: this.records, isLast };
    this.records = [];
    this.characters = 0;
    this.pages += 1;
    this.total += page.records.length;
    await this.keep(pageName(this.pages), page, page.records.length);
  }

  private async writeOrphans(): Promise<void> {
    const rows = this.orphans;
    this.orphans = [];
    this.orphanPages += 1;
    await this.keep(orphansName(this.orphanPages), { rows }, rows.length);
  }
}

/** Roughly: written out as JSON, it is a little more. */
function charactersOf({ workflow, questions }: JoinedWorkflow): number {
  let characters = 0;
  for (const row of [workflow, ...questions]) {
    for (const [header, text] of Object.entries(row)) characters += header.length + text.length + 6;
  }
  return characters;
}
