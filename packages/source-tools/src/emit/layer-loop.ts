import { call, code, type Expression, object } from '../written-source/expression.js';
import { printExpression } from '../written-source/print-expression.js';
import type { Body } from './body.js';
import type { LayerRun } from './layer-runs.js';

/** Writes the loop that runs layers over the hidden states `x` and collects what they cache; decoding, each has its past. */
export function writeLoop(
  body: Body,
  { first, last, call: { callee, shared }, other }: LayerRun,
  isDecoding: boolean,
): void {
  const step = (layer: string, given: Expression) =>
    body.declare('step', layerCall(layer, given, isDecoding));
  body.line(`for (let index = ${first}; index <= ${last}; index++) {`);
  if (other === undefined) step(callee, objectOf(shared));
  else if (other.call.callee === callee) {
    body.line(`let shared = ${objectText(shared)};`);
    body.line(`if (${other.condition}) shared = ${objectText(other.call.shared)};`);
    step(callee, code('shared'));
  } else {
    body.line(`const layer = ${other.condition} ? ${other.call.callee} : ${callee};`);
    step('layer', objectOf(new Map([...shared, ...other.call.shared])));
  }
  body.line('x.dispose();');
  body.line('x = step.x;');
  body.line('cached.push(step.cache);');
  body.line('}');
}

function layerCall(callee: string, shared: Expression, isDecoding: boolean): Expression {
  const args = [code('weights'), code('index'), code('x'), shared];
  return call(callee, ...args, ...(isDecoding ? [code('caches.layers[index]')] : []));
}

function objectOf(shared: ReadonlyMap<string, string>): Expression {
  return object([...shared].map(([name, variable]) => [name, code(variable)]));
}

function objectText(shared: ReadonlyMap<string, string>): string {
  return printExpression(objectOf(shared), { before: Number.NEGATIVE_INFINITY });
}
