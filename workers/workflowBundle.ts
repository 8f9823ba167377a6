import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  type WorkflowBundle,
  type WorkflowBundlePath,
} from '@temporalio/worker';

const prebuilt = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));

/** Bundles the workflows from their sources; takes seconds, so the build does it once. */
export async function buildWorkflowBundle(): Promise<WorkflowBundle> {
  return bundleWorkflowCode({
    workflowsPath: moduleOf('index'),
    workflowInterceptorModules: [moduleOf('scheduleAlerts')],
    logger: new DefaultLogger('WARN'),
  });
}

function moduleOf(name: string): string {
  const compiled = fileURLToPath(new URL(`../workflows/${name}.js`, import.meta.url));
  return existsSync(compiled) ? compiled : compiled.replace(/\.js$/u, '.ts');
}

/** The bundle of the build, or a fresh one where the sources are run directly. */
export async function workflowBundle(): Promise<WorkflowBundle | WorkflowBundlePath> {
  return existsSync(prebuilt) ? { codePath: prebuilt } : buildWorkflowBundle();
}

export const prebuiltBundlePath = prebuilt;
