/** Whatever goes wrong once with any request to the APIs that vendors publish. */
import { describePassingFaults } from './support/passingFaults.js';
import { publishedScenarios } from './support/vendorScenarios.js';

await describePassingFaults(publishedScenarios);
