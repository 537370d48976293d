import { GeodesicError } from '../error.js';
import {
  type Dim,
  type DimBindings,
  dimsEqual,
  evaluateDim,
  isReadableDim,
  parseDim,
  printDim,
} from './dim.js';

export type DType = 'f32' | 'i32';

/** One axis of a tensor. A token axis names the domain its tokens belong to; axes of two domains never meet in an op. */
export interface Axis {
  readonly size: Dim;
  readonly domain?: string;
}

export interface TensorType {
  readonly dtype: DType;
  readonly axes: readonly Axis[];
}

/** An axis without tokens: heads, features, vocabulary. */
export function axis(size: Dim): Axis {
  return { size };
}

/** An axis of tokens in a nominal domain: `tokens`, or `tokens/2@15` after a merge behind layer 15. */
export function tokenAxis(size: Dim, domain: string): Axis {
  return { size, domain };
}

/** A type of axes; a bare dim is an axis without tokens. */
export function tensorType(dtype: DType, axes: readonly (Axis | Dim)[]): TensorType {
  return { dtype, axes: axes.map((entry) => (isAxis(entry) ? entry : axis(entry))) };
}

export function axesEqual(a: Axis, b: Axis): boolean {
  return a.domain === b.domain && dimsEqual(a.size, b.size);
}

export function typesEqual(a: TensorType, b: TensorType): boolean {
  return (
    a.dtype === b.dtype &&
    a.axes.length === b.axes.length &&
    a.axes.every((entry, i) => axesEqual(entry, b.axes[i] as Axis))
  );
}

/** The shape that a type has in one run. */
export function evaluateShape(type: TensorType, bindings: DimBindings): number[] {
  return type.axes.map(({ size }) => evaluateDim(size, bindings));
}

/** Writes a type the way `parseType` reads it: `f32[B, N:tokens, 576]`. */
export function printType(type: TensorType): string {
  return `${type.dtype}[${type.axes.map(printAxis).join(', ')}]`;
}

/**
 * Reads a type as `printType` writes it.
 *
 * @throws GeodesicError `ir.parse` when the text is not a type
 */
export function parseType(text: string): TensorType {
  const match = /^(f32|i32)\[(.*)\]$/.exec(text.trim());
  if (!match) {
    throw new GeodesicError(
      'ir.parse',
      `'${text}' is not a tensor type; expected for example f32[B, N:tokens, 576]`,
    );
  }
  const [, dtype, axes = ''] = match;
  return {
    dtype: dtype as DType,
    axes: axes.trim() === '' ? [] : axes.split(',').map((entry) => parseAxis(entry)),
  };
}

export function printAxis({ size, domain }: Axis): string {
  return domain === undefined ? printDim(size) : `${printDim(size)}:${domain}`;
}

/** Whether there can be an axis like this, and `parseType` reads it as `printAxis` writes it. */
export function isReadableAxis({ size, domain }: Axis): boolean {
  return isReadableDim(size) && (domain === undefined || /^[^\s,\]]+$/.test(domain));
}

function parseAxis(text: string): Axis {
  const separator = text.indexOf(':');
  return separator < 0
    ? axis(parseDim(text.trim()))
    : tokenAxis(parseDim(text.slice(0, separator).trim()), text.slice(separator + 1).trim());
}

function isAxis(entry: Axis | Dim): entry is Axis {
  return typeof entry === 'object' && 'size' in entry;
}
