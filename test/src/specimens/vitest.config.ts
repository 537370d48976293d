import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Suites that fail on purpose; describe-backends.test.ts runs them and reads the report.
export default defineConfig({
  root: join(import.meta.dirname, '../../..'),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'module', 'default'] } },
  test: { include: ['test/src/specimens/*.specimen.ts'], reporters: ['json'] },
});
