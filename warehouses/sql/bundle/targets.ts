/** Every warehouse that there is a bundle for. */
import type { DialectName } from '../dialect.js';
import type { BundleNames, BundleTarget } from './target.js';
import { bigqueryTarget } from './targets/bigquery.js';
import { databricksTarget } from './targets/databricks.js';
import { duckdbTarget } from './targets/duckdb.js';
import { postgresTarget } from './targets/postgres.js';
import { redshiftTarget } from './targets/redshift.js';
import { snowflakeTarget } from './targets/snowflake.js';

export const bundleTargets: Readonly<Record<DialectName, (names: BundleNames) => BundleTarget>> = {
  duckdb: duckdbTarget,
  postgres: postgresTarget,
  bigquery: bigqueryTarget,
  snowflake: snowflakeTarget,
  redshift: redshiftTarget,
  databricks: databricksTarget,
};
