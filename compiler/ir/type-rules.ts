import { arithmeticRules } from './rules/arithmetic-rules.js';
import { attentionRules } from './rules/attention-rules.js';
import { normRules } from './rules/norm-rules.js';
import { shapeRules } from './rules/shape-rules.js';
import { slotRules } from './rules/slot-rules.js';
import type { TypeRules } from './type-rule.js';

/**
 * The result type of each op, with the domain checks that make a forgotten rewrite a type error. An op without a rule
 * does not compile.
 */
export const typeRules: TypeRules = {
  ...arithmeticRules,
  ...shapeRules,
  ...normRules,
  ...attentionRules,
  ...slotRules,
};
