import { type ResolvedModel, ROTARY_FACTOR_TENSORS, type StoredWeight } from '@geodesic/models';
import type { Checkpoint } from '@geodesic/weights';

/** From a name in the tensor map to the checkpoint's own: some checkpoints leave a prefix out. */
export function storedNaming(
  { huggingFace: { optionalPrefix } }: ResolvedModel,
  checkpoint: Checkpoint,
): (name: string) => string {
  const isLeftOut =
    optionalPrefix !== undefined &&
    checkpoint.format === 'safetensors' &&
    !checkpoint.names().some((name) => name.startsWith(optionalPrefix));
  return (name) => (isLeftOut && name.startsWith(optionalPrefix) ? name.slice(optionalPrefix.length) : name);
}

/** Tensors that repeat others, as the head of a tied model and what older exporters wrote do, or that the config was made of. */
export function isRedundant(
  name: string,
  { config, tensors, huggingFace }: ResolvedModel,
  nameOf: (name: string) => string,
): boolean {
  const head = Object.values(tensors['head.weight'] ?? {}).map((place) => nameOf(nameIn(place)));
  return (
    head.includes(name) ||
    name.endsWith('.rotary_emb.inv_freq') ||
    ('ropeScaling' in config && ROTARY_FACTOR_TENSORS.includes(name)) ||
    huggingFace.redundant?.test(name) === true
  );
}

/** The name in a place of the tensor map. */
export function nameIn(place: string | StoredWeight): string {
  return typeof place === 'string' ? place : place.name;
}
