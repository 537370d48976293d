import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cacheFolder } from '@geodesic/backend';

/** The one with CUDA first: who installs both wants the GPU. */
const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'];

/** Where tfjs-node was found: a `require` that finds it, and under which name. */
export interface TfjsNodeLocation {
  readonly require: NodeJS.Require;
  readonly name: string;
}

/**
 * Looks for tfjs-node: in the folder that `$GEODESIC_TFJS_NODE` names and, if it names one, nowhere else; then among
 * the packages that this one or the program can import; then in the cache folder, where scripts/build-tfjs-node puts it.
 */
export function locateTfjsNode(env: NodeJS.ProcessEnv): TfjsNodeLocation | undefined {
  const named = env.GEODESIC_TFJS_NODE;
  const folders = named
    ? [named]
    : [import.meta.dirname, process.cwd(), join(cacheFolder(env) as string, 'tfjs-node')];
  for (const folder of folders) {
    // The file need not exist: modules are looked for from its folder upwards.
    const require = createRequire(join(folder, 'from-here.js'));
    for (const name of PACKAGES) {
      if (resolves(require, name)) return { require, name };
    }
  }
  return undefined;
}

function resolves(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
