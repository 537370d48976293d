import { runCommandLine } from './command-line.js';
import { endWithReader } from './standard-output.js';

endWithReader();
process.exitCode = await runCommandLine(process.argv.slice(2));
