/** Build step: writes dist/workflow-bundle.js, so that a worker starts without bundling. */
import { writeFile } from 'node:fs/promises';
import { buildWorkflowBundle, prebuiltBundlePath } from './workflowBundle.js';

const { code } = await buildWorkflowBundle();
await writeFile(prebuiltBundlePath, code);
