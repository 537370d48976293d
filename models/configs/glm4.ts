import type { GgufDescription } from '../architecture.js';
import { type GlmConfig, readGgufGlm, readGlm } from './glm.js';

export type Glm4Config = GlmConfig;

export function readHuggingFace(config: Readonly<Record<string, unknown>>): Glm4Config {
  return readGlm('glm4', config);
}

export function readGguf(description: GgufDescription): Glm4Config {
  return readGgufGlm('glm4', description);
}
