import type { Device } from '@geodesic/backend';
import { LanguageModel } from '@geodesic/runtime';

/** The same model on the same device, node by node. */
export function nodeByNode({ definition, config, device, parameters }: LanguageModel): LanguageModel {
  const { prepare: _, ...eager }: Device = device;
  return new LanguageModel({ definition, config, device: eager, parameters });
}
