// Prints `N passed, N failed` from vitest's JSON report: node summary.mjs REPORT EXIT_CODE
import { readFileSync } from 'node:fs';

const [, , path, exitCode] = process.argv;
const text = readFileSync(path, 'utf8');
const report = text === '' ? { testResults: [] } : JSON.parse(text);

const counts = { passed: 0, failed: 0, skipped: 0 };
for (const file of report.testResults) {
  // A file that does not load has no tests, and still is a failure.
  if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'))
    counts.failed++;
  for (const { status } of file.assertionResults) {
    counts[status === 'passed' || status === 'failed' ? status : 'skipped']++;
  }
}
// Lint, types, an uncaught error, or a step before the tests.
if (exitCode !== '0' && counts.failed === 0) counts.failed = 1;

const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(`${counts.passed} passed, ${counts.failed} failed${skipped}`);
