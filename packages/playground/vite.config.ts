import { defineConfig } from 'vite';
import { mergeFields } from './server/merge-fields.js';
import { modelServer } from './server/model-server.js';
import { wasmFiles } from './server/wasm-files.js';

export default defineConfig({
  plugins: [mergeFields(), modelServer(), wasmFiles()],
  // The workspace's packages straight from their sources.
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  worker: { format: 'es' },
  build: {
    outDir: 'dist/page',
    target: 'es2022',
    // tfjs alone is larger than Vite's limit, and every visitor needs it.
    chunkSizeWarningLimit: 2000,
  },
  // A worker's imports would be found when it runs, and the page reloaded for them in the midst of its first load.
  optimizeDeps: { entries: ['index.html', 'src/worker/main.ts'] },
});
