import { defineConfig } from 'vitest/config';

// Set by .ci/run, which counts the tests in it.
const report = process.env.GEODESIC_TEST_REPORT;

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'module', 'default'] } },
  test: {
    include: ['{compiler,models}/**/*.test.ts', '{packages/*,test}/src/**/*.test.ts'],
    exclude: ['**/dist/**', '**/node_modules/**'],
    setupFiles: ['test/src/property-seed.ts'],
    testTimeout: 60_000,
    maxWorkers: 2,
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
  },
});
