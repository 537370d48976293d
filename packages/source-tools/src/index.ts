export { type AppliedMerge, applyMerge } from './apply-merge/apply-merge.js';
export { checkSources } from './check/check-sources.js';
export type { Finding } from './check/finding.js';
export { FINDING_FORMATS, type FindingFormat, printFindings } from './check/print-findings.js';
export { readConfig, writeModel } from './new-model/index.js';
export type { SourcePlace } from './project/source-place.js';
