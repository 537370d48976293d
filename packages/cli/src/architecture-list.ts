import { architectures, type MaskKind, type PositionScheme } from '@geodesic/models';

/** One architecture that checkpoints can be loaded into. */
export interface ListedArchitecture {
  readonly name: string;
  /** Models that people know it by. */
  readonly knownFor: string;
  /** `model_type` of the configs of its Hugging Face checkpoints. */
  readonly modelTypes: readonly string[];
  /** `general.architecture` of its GGUF files; empty where there are none. */
  readonly ggufTypes: readonly string[];
  readonly positions: readonly PositionScheme[];
  readonly masks: readonly MaskKind[];
}

/** Every architecture, and what a merge does with each way of telling tokens apart and each kind of mask. */
export interface ArchitectureList {
  readonly architectures: readonly ListedArchitecture[];
  readonly positions: Readonly<Record<PositionScheme, string>>;
  readonly masks: Readonly<Record<MaskKind, string>>;
}

const positions: ArchitectureList['positions'] = {
  RoPE: 'a merged token turns by its own position, fractional at the midpoint of a pair; frequencies and scalings stay',
  'partial RoPE': 'the same, in those features of each head that turn',
  'interleaved RoPE': 'the same, with neighbouring features turning together',
  ALiBi: 'the bias is slope × distance between the positions of merged tokens',
  learned:
    "were added at the embedding, before any merge: nothing to rewrite; the next token still gets its own position's vector",
  none: 'positions play no part in those layers: nothing to rewrite',
};

const masks: ArchitectureList['masks'] = {
  causal: 'a merged token sees all before it and itself; what it predicts is the token behind its pair',
  'sliding window':
    'stays in original positions: a key is seen while its last token is less than the window before the last token of the query',
};

/** All architectures of the registry by name. */
export function listArchitectures(): ArchitectureList {
  const listed = architectures.map(({ name, knownFor, huggingFaceTypes, ggufTypes, ...attention }) => ({
    name,
    knownFor,
    modelTypes: huggingFaceTypes,
    ggufTypes,
    positions: attention.positions,
    masks: attention.masks,
  }));
  const byName = listed.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { architectures: byName, positions, masks };
}
