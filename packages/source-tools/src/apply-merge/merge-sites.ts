import {
  type CallExpression,
  type NewExpression,
  Node,
  type SourceFile,
  SyntaxKind,
  type Type,
} from 'ts-morph';
import { resolveCallee } from '../project/resolve-name.js';
import type { SourceProject } from '../project/source-project.js';
import { refused } from './refused.js';

/** A call that decides whether a model is merged, and which of its arguments does. */
export interface MergeSite {
  readonly call: CallExpression | NewExpression;
  readonly kind: 'session' | 'compile';
  readonly argument: 0 | 1;
}

/**
 * The calls of a file that open a session of a language model, or compile a model.
 *
 * @throws GeodesicError `source.refused` for a session of something whose type can't be told
 */
export function mergeSites(file: SourceFile, project: SourceProject): MergeSite[] {
  const calls = [
    ...file.getDescendantsOfKind(SyntaxKind.CallExpression),
    ...file.getDescendantsOfKind(SyntaxKind.NewExpression),
  ];
  return calls
    .flatMap((call) => siteOf(call, project) ?? [])
    .sort((a, b) => a.call.getStart() - b.call.getStart());
}

function siteOf(call: CallExpression | NewExpression, project: SourceProject): MergeSite | undefined {
  const callee = call.getExpression();
  const meaning = resolveCallee(project, callee);
  if (meaning?.kind === 'geodesic' && meaning.name === 'compile')
    return { call, kind: 'compile', argument: 1 };
  if (meaning?.kind === 'geodesic' && meaning.name === 'Session')
    return { call, kind: 'session', argument: 1 };
  if (!Node.isPropertyAccessExpression(callee) || callee.getName() !== 'session') return undefined;
  const type = callee.getExpression().getType();
  if (type.isAny()) throw refused(callee, `the type of '${callee.getExpression().getText()}' is not known`);
  return isLanguageModel(type) ? { call, kind: 'session', argument: 0 } : undefined;
}

function isLanguageModel(type: Type): boolean {
  const symbol = type.getNonNullableType().getSymbol();
  // Browsers have one of that name too.
  return symbol?.getName() === 'LanguageModel' && symbol.getMember('definition') !== undefined;
}
