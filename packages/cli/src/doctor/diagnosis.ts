import { availableParallelism, totalmem } from 'node:os';
import { defaultCacheDir, findPip } from '@geodesic/weights/node';
import { BACKENDS_BY_SPEED, type BackendName } from '../backend-names.js';
import { version } from '../version.js';
import { type CacheContents, cacheContents } from './cache-contents.js';
import type { Examination } from './examination.js';

/** The machine as Geodesic sees it: what `geodesic doctor --json` prints. */
export interface Diagnosis {
  readonly geodesic: string;
  readonly node: string;
  readonly platform: string;
  readonly processors: number;
  readonly memoryBytes: number;
  /** Its version, or null where there is none. */
  readonly pip: string | null;
  readonly cache: CacheContents;
  readonly backends: readonly Examination[];
  /** What `--backend auto` takes here; null where it finds nothing. */
  readonly auto: BackendName | null;
}

/** Examines each backend, the fastest first, and looks around. Asks no network. */
export async function diagnose(examine: (name: BackendName) => Promise<Examination>): Promise<Diagnosis> {
  const backends: Examination[] = [];
  // One behind the other, so that none is slowed down by another, or fails for want of memory.
  for (const name of BACKENDS_BY_SPEED) backends.push(await examine(name));
  const [pip, cache] = await Promise.all([findPip(), cacheContents(defaultCacheDir())]);
  return {
    geodesic: version(),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processors: availableParallelism(),
    memoryBytes: totalmem(),
    pip: pip?.version ?? null,
    cache,
    backends,
    auto: backends.find(isTakenByAuto)?.name ?? null,
  };
}

function isTakenByAuto({ state, adapter }: Examination): boolean {
  return state === 'works' && adapter?.software !== true;
}
