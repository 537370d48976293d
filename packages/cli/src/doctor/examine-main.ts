import type { BackendName } from '../backend-names.js';
import { examineBackend } from './examine-backend.js';

// A process of its own, started by `examineApart`.
const [name] = process.argv.slice(2) as [BackendName];
process.send?.(await examineBackend(name));
