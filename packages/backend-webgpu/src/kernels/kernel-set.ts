import type { Launcher } from './launcher.js';
import type { KernelVariants } from './variants.js';

/** What every kernel's lowering is made from. */
export interface KernelSet {
  readonly launcher: Launcher;
  readonly variants: KernelVariants;
}
