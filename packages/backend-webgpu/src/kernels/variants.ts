/**
 * Which of a kernel's two forms runs. `serial`: an invocation does a whole row or column by itself, without barriers, which is what
 * a rasteriser on the CPU is fast at, where every invocation is a loop and every barrier a switch of tasks. `parallel`: a workgroup
 * shares a row, or a tile in its memory, which is what fills a GPU.
 */
export type KernelVariant = 'serial' | 'parallel';

/** The variant of each kernel that has two. */
export interface KernelVariants {
  readonly norm: KernelVariant;
  readonly attention: KernelVariant;
  readonly tokenMerge: KernelVariant;
  readonly linear: KernelVariant;
}

/** All kernels in one variant. */
export function everywhere(variant: KernelVariant): KernelVariants {
  return { norm: variant, attention: variant, tokenMerge: variant, linear: variant };
}
