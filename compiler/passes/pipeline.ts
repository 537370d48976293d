import { commonSubexpressions } from './common-subexpressions.js';
import { deadCode } from './dead-code.js';
import type { Pass } from './pass.js';

/** Every program's passes in order: what the user asked for, then the clean-up. */
export function pipeline(requested: readonly Pass[]): readonly Pass[] {
  return [...requested, commonSubexpressions, deadCode];
}
