import { KERNEL_VARIANTS, type KernelVariants, TUNED_KERNELS } from '../kernels/variants.js';
import { VERSION } from '../version.js';
import { type VariantStore, variantStore } from './variant-store.js';

/** Measured choices of this program, also where its store keeps nothing. */
const measured = new Map<string, KernelVariants>();

/** What tells devices apart whose choices may differ: adapter, driver (which adapters name in their description), and kernels. */
export function variantKey(info: GPUAdapterInfo): string {
  const { driver = '' } = info as GPUAdapterInfo & { readonly driver?: string };
  const { vendor, architecture, device, description } = info;
  return [VERSION, vendor, architecture, device, description, driver].join(' | ');
}

/** The choice that was measured on such a device; what is damaged is as if it weren't there. */
export function cachedVariants(
  key: string,
  store: VariantStore = variantStore(),
): KernelVariants | undefined {
  return measured.get(key) ?? entriesOf(store).get(key);
}

/** Keeps a choice. Whether it outlives the program. */
export function cacheVariants(
  key: string,
  variants: KernelVariants,
  store: VariantStore = variantStore(),
): boolean {
  measured.set(key, variants);
  const entries = entriesOf(store).set(key, variants);
  return store.write(`${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
}

function entriesOf(store: VariantStore): Map<string, KernelVariants> {
  const entries = Object.entries(parsed(store.read() ?? '{}') ?? {});
  return new Map(entries.filter((entry): entry is [string, KernelVariants] => isChoice(entry[1])));
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isChoice(value: unknown): value is KernelVariants {
  if (typeof value !== 'object' || value === null) return false;
  const variants: readonly unknown[] = KERNEL_VARIANTS;
  return TUNED_KERNELS.every((kernel) => variants.includes((value as Record<string, unknown>)[kernel]));
}
