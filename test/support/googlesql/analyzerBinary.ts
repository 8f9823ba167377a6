/** The program that carries GoogleSQL's own analyzer: BigQuery's emulator, pinned by the Go module beside this file. */
import { fileURLToPath } from 'node:url';
import type { FindOptions } from '../../../workers/binaryCache.js';
import { findGoBinary } from '../goBinary.js';

/** The emulator's path; a build from nothing takes minutes and gigabytes. */
export function findAnalyzerBinary(options: FindOptions = {}): Promise<string> {
  const program = {
    name: 'bigquery-emulator',
    module: fileURLToPath(new URL('bigquery-emulator', import.meta.url)),
    mainPackage: 'github.com/goccy/bigquery-emulator/cmd/bigquery-emulator',
    packagesInAll: 932,
  };
  return findGoBinary(program, options);
}
