import { Node, type ObjectLiteralExpression, type SpreadAssignment } from 'ts-morph';
import type { Edit } from './edits.js';
import type { Source } from './follow.js';
import { insertItems } from './insert-items.js';
import { isNothing, objectOf, replaced, type Wanted } from './merge-options.js';
import { refused } from './refused.js';

/** How one option of an object is rewritten. */
export interface OptionRewrite {
  readonly name: string;
  /** Rewrites what is there. */
  edit(value: Source): Rewritten;
  /** What is written where nothing is. */
  readonly text: string;
}

/** Edits, and whether there was a merge before. */
export interface Rewritten {
  readonly edits: readonly Edit[];
  readonly merged: boolean;
}

/**
 * Rewrites one option of the options that an expression gives.
 *
 * @throws GeodesicError `source.refused` where they are written elsewhere, or may hold the option in a way that can't be seen
 */
export function rewriteOption(options: Source, option: OptionRewrite, wanted: Wanted): Rewritten {
  const { node, given } = objectOf(options);
  if (isNothing(node)) {
    const text = wanted.style.object([`${option.name}: ${option.text}`]);
    return { edits: [replaced(node, text)], merged: false };
  }
  if (!Node.isObjectLiteralExpression(node))
    throw refused(node, 'its options are no object that this file writes out');
  return rewriteIn({ node, given }, option, wanted);
}

function rewriteIn(
  { node, given }: Source & { readonly node: ObjectLiteralExpression },
  option: OptionRewrite,
  wanted: Wanted,
): Rewritten {
  const properties = node.getProperties();
  const property = node.getProperty(option.name);
  const behind =
    property === undefined ? properties : properties.slice(properties.indexOf(property as never) + 1);
  const spreads = behind.filter((one) => Node.isSpreadAssignment(one));
  const holder = spreads.findLast((spread) => mayHold(spread, option.name));
  if (holder !== undefined) {
    if (property !== undefined)
      throw refused(holder, `it may overwrite '${option.name}', which stands before it`);
    return rewriteOption({ node: holder.getExpression(), given }, option, wanted);
  }
  if (Node.isPropertyAssignment(property)) {
    return option.edit({ node: property.getInitializerOrThrow(), given });
  }
  if (Node.isShorthandPropertyAssignment(property))
    return option.edit({ node: property.getNameNode(), given });
  if (property !== undefined) throw refused(property, `'${option.name}' is no plain option`);
  const edits = insertItems(node, properties, [`${option.name}: ${option.text}`], wanted.style);
  return { edits, merged: false };
}

/** Whether what is spread may hold an option: as its literal says where there is one, else as its type does. */
function mayHold(spread: SpreadAssignment, name: string): boolean {
  const expression = spread.getExpression();
  try {
    const { node } = objectOf({ node: expression, given: new Map() });
    if (Node.isObjectLiteralExpression(node)) {
      const inner = node.getProperties().filter((one) => Node.isSpreadAssignment(one));
      return node.getProperty(name) !== undefined || inner.some((one) => mayHold(one, name));
    }
  } catch {
    // What can't be followed has a type all the same.
  }
  const type = expression.getType();
  return type.isAny() || type.isUnknown() || type.getApparentProperty(name) !== undefined || type.isUnion();
}
