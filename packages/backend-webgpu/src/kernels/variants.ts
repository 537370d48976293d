/**
 * Which of a kernel's two forms runs. `serial`: an invocation does a whole row or column by itself, without barriers, which is what
 * a rasteriser on the CPU is fast at, where every invocation is a loop and every barrier a switch of tasks. `parallel`: a workgroup
 * shares a row, or a tile in its memory, which is what fills a GPU.
 */
export type KernelVariant = (typeof KERNEL_VARIANTS)[number];

export const KERNEL_VARIANTS = ['serial', 'parallel'] as const;

/** Kernels that have two variants. */
export const TUNED_KERNELS = ['norm', 'attention', 'tokenMerge', 'linear'] as const;

export type TunedKernel = (typeof TUNED_KERNELS)[number];

/** The variant of each kernel that has two. */
export type KernelVariants = Readonly<Record<TunedKernel, KernelVariant>>;

/** All kernels in one variant. */
export function everywhere(variant: KernelVariant): KernelVariants {
  return { norm: variant, attention: variant, tokenMerge: variant, linear: variant };
}
