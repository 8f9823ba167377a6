import { describeContract } from './contract/describeContract.js';
import { scratchWarehouse } from './scratchWarehouse.js';

describeContract('a DuckDB file with a memory limit of 256 MB', () =>
  scratchWarehouse({ memoryLimit: '256MB' }),
);
