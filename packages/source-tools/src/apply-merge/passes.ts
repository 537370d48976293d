import { Node } from 'ts-morph';
import { resolveCallee } from '../project/resolve-name.js';
import type { SourceProject } from '../project/source-project.js';
import { follow, followCall, type Source } from './follow.js';
import { insertArgument, insertItems } from './insert-items.js';
import { editMerge, isNothing, mergeLiteral, objectOf, replaced, type Wanted } from './merge-options.js';
import type { Rewritten } from './option-property.js';
import { refused } from './refused.js';

/**
 * Makes a list of passes hold the wanted merge: in place of the options of the one that is there, or behind the others, by the name that
 * `slerpMerge` has in the file.
 *
 * @throws GeodesicError `source.refused` for several merges, and for passes that may be some
 */
export function editPasses(
  passes: Source,
  wanted: Wanted,
  project: SourceProject,
  mergeFunction: () => string,
): Rewritten {
  const list = objectOf(passes);
  if (isNothing(list.node)) {
    return { edits: [replaced(list.node, `[${mergeFunction()}(${mergeLiteral(wanted)})]`)], merged: false };
  }
  if (!Node.isArrayLiteralExpression(list.node))
    throw refused(list.node, 'its passes are no list that this file writes out');
  const merges = mergesIn(list, project);
  const [only] = merges;
  if (only === undefined) {
    const added = `${mergeFunction()}(${mergeLiteral(wanted)})`;
    const edits = insertItems(list.node, list.node.getElements(), [added], wanted.style);
    return { edits, merged: false };
  }
  if (merges.length > 1)
    throw refused(list.node, `${merges.length} merges are listed: which one is meant can't be told`);
  const options = Node.isCallExpression(only.node) ? only.node.getArguments()[0] : undefined;
  if (options === undefined)
    return { edits: insertArgument(only.node, mergeLiteral(wanted), wanted.style), merged: true };
  return { edits: editMerge({ node: options, given: only.given }, wanted), merged: true };
}

/** The calls of `slerpMerge` that a list of passes comes from. */
function mergesIn(list: Source, project: SourceProject): Source[] {
  if (!Node.isArrayLiteralExpression(list.node))
    throw refused(list.node, 'it is no list that this file writes out');
  return list.node.getElements().flatMap((element) => {
    if (Node.isSpreadElement(element)) {
      return mergesIn(objectOf({ node: element.getExpression(), given: list.given }), project);
    }
    return mergeIn({ node: element, given: list.given }, project);
  });
}

function mergeIn(element: Source, project: SourceProject): Source[] {
  const made = follow(element);
  if (Node.isObjectLiteralExpression(made.node)) return [];
  if (!Node.isCallExpression(made.node)) throw refused(made.node, 'it may be a merge');
  const meaning = resolveCallee(project, made.node.getExpression());
  if (meaning?.kind !== 'geodesic') return mergeIn(followCall(made), project);
  if (meaning.name === 'slerpMerge') return [made];
  throw refused(made.node, `it is not known whether '${meaning.name}' merges`);
}
