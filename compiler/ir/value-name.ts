import { TOKENS } from './domain.js';

/*
 * Names that mean something beyond the value they name:
 *
 *   layers.15.output                  hidden states behind a layer
 *   layers.15.merged                  the slots that they were merged to
 *   tokens.extents                    a stream: numbers of the tokens, or slots, of a domain
 *   tokens.protected@15               an input: which tokens the merge behind a layer leaves alone
 *   cache.layers.15.attention.keys    what a run leaves for the next one: on the device
 *   cache.tokens/2@15.extents         the same of a stream: on the host
 *   cache.layers.15.tail              states that a merge may still merge
 *   merge.tokens/2@15.plan            what a merge says of itself
 *   merge.surprise@15.weights         a parameter: a part of the probe that tells how surprising tokens are
 *   capture.NAME                      a value that the caller wants to see
 */

/** Hidden states behind a layer. */
export function layerOutput(layer: number): string {
  return `layers.${layer}.output`;
}

/** What hidden states behind a layer were merged to. */
export function mergedStates(layer: number): string {
  return `layers.${layer}.merged`;
}

/** The layer that a value or a cache is named after. */
export function layerOf(name: string): number | undefined {
  const index = /^(?:cache\.)?layers\.(\d+)(?:\.|$)/.exec(name)?.[1];
  return index === undefined ? undefined : Number(index);
}

/** A name without the layer that it begins with: `attention.queries`, `cache.attention.keys`. */
export function withoutLayer(name: string): string {
  return name.replace(/(^|\.)layers\.\d+\./, '$1');
}

/** A name that stands for the same of every layer: `layers.{i}.attention.query.weight`. */
export function ofAnyLayer(name: string): string {
  return name.replace(/^layers\.\d+\./, 'layers.{i}.');
}

/** What describes the tokens or slots of a domain. */
export function streamName(domain: string, stream: string): string {
  return `${domain}.${stream}`;
}

/** The input that says which tokens the merge after a layer leaves alone: i32 [B, N], 0 for those that may be merged. */
export function protectionInput(afterLayer: number): string {
  return `${PROTECTED}${afterLayer}`;
}

/** Whether a name is one that `protectionInput` gives. */
export function isProtection(name: string): boolean {
  return name.startsWith(PROTECTED);
}

const PROTECTED = `${TOKENS}.protected@`;

/** The parameters that tell how surprising tokens are: f32 [features, 1] and [1]. */
export function surpriseParameters(layer: number): { readonly weights: string; readonly bias: string } {
  const name = `${MERGE}surprise@${layer}`;
  return { weights: `${name}.weights`, bias: `${name}.bias` };
}

const CACHE = 'cache.';

/** What a run leaves of a value for the next one, as output and as state. */
export function cacheName(name: string): string {
  return `${CACHE}${name}`;
}

/** Whether a name is one that `cacheName` gives. */
export function isCache(name: string): boolean {
  return name.startsWith(CACHE);
}

/** Cached streams stay on the host, cached keys and values on the device. */
export function isCachedStream(name: string): boolean {
  return name.startsWith(`${CACHE}${TOKENS}.`) || name.startsWith(`${CACHE}${TOKENS}/`);
}

/** What a stream of a domain, a value made of it or its cache is called in another domain; a name of anything else stays. */
export function inDomain(name: string, from: string, to: string): string {
  const prefix = isCache(name) ? CACHE : '';
  return name.startsWith(`${prefix}${from}.`)
    ? `${prefix}${to}${name.slice(prefix.length + from.length)}`
    : name;
}

/** The domain and the stream of a cached stream's name. */
export function cachedStreamOf(name: string): { readonly domain: string; readonly stream: string } {
  const end = name.lastIndexOf('.');
  return { domain: name.slice(CACHE.length, end), stream: name.slice(end + 1) };
}

/** The states of a merge's tail, of which an output of every graph hands on those of its own tokens. */
export function tailStates(afterLayer: number): string {
  return `${CACHE}layers.${afterLayer}.tail`;
}

const MERGE = 'merge.';

/** What a merge says of the slots of its domain: their `plan`, `extents` and `statistics`, and the `surprise` of its tokens. */
export function mergeOutput(domain: string, part: 'plan' | 'extents' | 'statistics' | 'surprise'): string {
  return `${MERGE}${domain}.${part}`;
}

export function isMergeOutput(name: string): boolean {
  return name.startsWith(MERGE);
}

/** The domains of which these outputs tell plans. */
export function domainsOfPlans(outputs: Iterable<string>): string[] {
  return [...outputs].flatMap((name) => /^merge\.(.*)\.plan$/.exec(name)?.[1] ?? []);
}

const CAPTURE = 'capture.';

/** The output that hands out a value as a capture. */
export function captureOutput(name: string): string {
  return `${CAPTURE}${name}`;
}

/** The value that an output captures. */
export function capturedName(output: string): string | undefined {
  return output.startsWith(CAPTURE) ? output.slice(CAPTURE.length) : undefined;
}
