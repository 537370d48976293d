import { GeodesicError } from '@geodesic/compiler';
import type { ResolvedModel } from '@geodesic/models';
import type { Checkpoint } from '@geodesic/weights';
import { nameIn, storedNaming } from './stored-names.js';
import type { WeightBinding } from './weight-binding.js';

/**
 * Some checkpoints of tied models hold the head besides the embedding, which it should repeat. Where it differs, as in a fine-tune
 * that untied them, leaving it out would silently give other logits.
 *
 * @throws GeodesicError `weights.tied-head`
 */
export async function checkTiedHead(
  resolved: ResolvedModel,
  bindings: readonly WeightBinding[],
  checkpoint: Checkpoint,
): Promise<void> {
  const isTied = bindings.every(({ path }) => path !== 'head.weight');
  const embedding = bindings.find(({ path }) => path === 'embed.weight')?.stored.name;
  const head = storedHead(resolved, checkpoint);
  if (!isTied || embedding === undefined || head === undefined) return;
  const [own, tied] = [await checkpoint.readFloat32(head), await checkpoint.readFloat32(embedding)];
  if (own.length === tied.length && own.every((value, i) => value === tied[i])) return;
  throw new GeodesicError(
    'weights.tied-head',
    `'${head}' differs from '${embedding}', which the config ties it to: set tie_word_embeddings to false in config.json, or leave '${head}' out of the checkpoint`,
  );
}

function storedHead(resolved: ResolvedModel, checkpoint: Checkpoint): string | undefined {
  const source = resolved.tensors['head.weight'];
  const place = checkpoint.format === 'gguf' ? source?.gguf : source?.huggingFace;
  if (place === undefined) return undefined;
  const name = storedNaming(resolved, checkpoint)(nameIn(place));
  return checkpoint.tensors.has(name) ? name : undefined;
}
