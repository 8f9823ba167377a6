/** The contracts that one organisation can be served under, each made by its own piece. */
import type { ContractFactory } from './contract.js';
import { cxoneGuideContract } from './cxone/guide/guideContract.js';
import { dataExtractionContract } from './cxone/data-extraction/dataExtractionContract.js';
import { guideContract } from './genesys/guide/guideContract.js';
import { publishedContract } from './genesys/published/publishedContract.js';
import type { ContractName } from './options.js';

/** Makes a contract by its name. */
export const contracts: Record<ContractName, ContractFactory> = {
  published: publishedContract,
  guide: guideContract,
  'cxone-data-extraction': dataExtractionContract,
  'cxone-guide': cxoneGuideContract,
};
