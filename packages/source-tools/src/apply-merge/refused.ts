import { GeodesicError } from '@geodesic/compiler';
import type { Node } from 'ts-morph';
import { placeOf, printPlace } from '../project/source-place.js';

/** The error of a rewriting that can't be done safely: where, and why. */
export function refused(node: Node, reason: string): GeodesicError {
  return new GeodesicError('source.refused', `${printPlace(placeOf(node))}: not rewritten: ${reason}`);
}
