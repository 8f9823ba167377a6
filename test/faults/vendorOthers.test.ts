/** Whatever goes wrong once with any request of the other streams and contracts. */
import { describePassingFaults } from './support/passingFaults.js';
import { otherScenarios } from './support/vendorScenarios.js';

await describePassingFaults(otherScenarios);
