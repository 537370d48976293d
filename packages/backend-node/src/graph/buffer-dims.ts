import { type Dim, printDim, symbolicDim } from '@geodesic/compiler';

/** How many tokens the buffers of caches with this many tokens have room for; bound by the run. */
export function capacityOf(tokens: Dim): Dim {
  return symbolicDim(capacitySymbol(tokens));
}

/** The room that is left in them. */
export function spareOf(tokens: Dim): Dim {
  return symbolicDim(spareSymbol(tokens));
}

/** What the run binds for buffers of a token axis. */
export function capacitySymbol(tokens: Dim): string {
  return `capacity(${printDim(tokens)})`;
}

export function spareSymbol(tokens: Dim): string {
  return `spare(${printDim(tokens)})`;
}
