/** Connections to the contracts of a simulated organisation, as lines of tidemark.yaml. */
import type { SimulatorReady } from '../../../cli/demo/processes.js';

/** `streams`: their settings, as YAML by name. */
type Streams = Record<string, string>;

const streamLines = (streams: Streams) => [
  'streams:',
  ...Object.entries(streams).map(([name, settings]) => `  ${name}: ${settings}`),
];

export const genesysLines = ({ contracts: { published } }: SimulatorReady, streams: Streams): string[] => [
  `apiUrl: ${published?.apiUrl}`,
  `loginUrl: ${published?.loginUrl}`,
  ...streamLines(streams),
];

export const cxoneGuideLines = ({ contracts }: SimulatorReady, streams: Streams): string[] => [
  ...['vendor: cxone', 'api: guide', `apiUrl: ${contracts['cxone-guide']?.apiUrl}`],
  ...streamLines(streams),
];

/** So long between two jobs, where the simulator is told a little less: the rule is the same at another pace. */
export const quickJobs = {
  simulator: ['--job-interval', '0.25', '--job-duration', '0.1'],
  lines: ['jobs: { between: 300ms, poll: 100ms, patience: 1m }'],
};

export function dataExtractionLines(
  { contracts }: SimulatorReady,
  streams: Streams,
  more: readonly string[] = quickJobs.lines,
): string[] {
  const extraction = contracts['cxone-data-extraction'];
  return [
    ...['vendor: cxone', 'api: data-extraction', `issuer: ${extraction?.issuer}`],
    ...[`accessKeyId: ${extraction?.accessKeyId}`, 'accessKeySecret: ${E2E_ACCESS_KEY_SECRET}'],
    ...more,
    ...streamLines(streams),
  ];
}
