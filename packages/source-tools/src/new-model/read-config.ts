import { readFile } from 'node:fs/promises';
import { GeodesicError } from '@geodesic/compiler';

/**
 * The object that a config.json holds.
 *
 * @throws GeodesicError `source.file` for a file that can't be read, `source.config` for one that holds no JSON object
 */
export async function readConfig(path: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new GeodesicError('source.file', `can't read ${path}: ${cause.message}`, { cause });
  });
  const config = parse(text, path);
  if (typeof config === 'object' && config !== null && !Array.isArray(config)) {
    return config as Readonly<Record<string, unknown>>;
  }
  throw new GeodesicError('source.config', `${path} is no config: it holds no JSON object`);
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GeodesicError('source.config', `${path} is damaged: ${(cause as Error).message}`, { cause });
  }
}
