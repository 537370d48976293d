import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type ResolveOptions, resolveModel } from '@geodesic/weights/node';
import type { ServedFile } from '../src/server-paths.js';

/** What a model's folder holds for the page. */
const SERVED = /\.(gguf|safetensors|json|jinja)$/;

/** The models that a page has asked for, as they are in the cache of the command line. */
export class FoundModels {
  /** Folder and files by the model's name. */
  readonly #found = new Map<string, { readonly folder: string; readonly files: readonly ServedFile[] }>();

  /**
   * Finds a model of the catalogue or the hub, and downloads it where the cache lacks it.
   *
   * @throws GeodesicError as `resolveModel`
   */
  async find(name: string, options: ResolveOptions): Promise<readonly ServedFile[]> {
    const path = await resolveModel(name, { ...options, paths: false });
    const isFile = (await stat(path)).isFile();
    const folder = isFile ? dirname(path) : path;
    const names = isFile ? [basename(path)] : (await readdir(path)).filter((one) => SERVED.test(one));
    const files = await Promise.all(
      names.map(async (one) => ({ name: one, size: (await stat(join(folder, one))).size })),
    );
    this.#found.set(name, { folder, files });
    return files;
  }

  /** The path and size of a file of a model that was found; nothing else can be had. */
  file(model: string, name: string): { readonly path: string; readonly size: number } | undefined {
    const found = this.#found.get(model);
    const file = found?.files.find((one) => one.name === name);
    return found && file && { path: join(found.folder, file.name), size: file.size };
  }
}
