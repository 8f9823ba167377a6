import { describeContract } from './contract/describeContract.js';
import { scratchFiles } from './scratchFiles.js';

describeContract('a directory of Parquet with a memory limit of 256 MB', () =>
  scratchFiles('parquet', { memoryLimit: '256MB' }),
);

describeContract('a directory of NDJSON with a memory limit of 256 MB', () =>
  scratchFiles('ndjson', { memoryLimit: '256MB' }),
);
