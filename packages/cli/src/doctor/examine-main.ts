import type { BackendName } from '../backend-names.js';
import { examineBackend } from './examine-backend.js';
import { TUNE_FLAG } from './tune-flag.js';

// A process of its own, started by `examineApart`.
const [name, flag] = process.argv.slice(2) as [BackendName, string?];
process.send?.(await examineBackend(name, { tune: flag === TUNE_FLAG }));
