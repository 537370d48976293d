import type { CACHE_STORAGES } from '@geodesic/backend';
import type { WeightStorage } from '@geodesic/runtime';
import { type Command, Option } from 'commander';
import { BACKEND_CHOICES } from './backend-names.js';
import { DEBUG_OPTION } from './debug-option.js';

/** What each command's model is; `load` options say where it runs. */
export interface ModelOptions {
  readonly model: string;
  readonly debug?: boolean;
}

export interface LoadOptions extends ModelOptions {
  readonly backend: string;
  readonly weights?: WeightStorage;
  readonly cache?: (typeof CACHE_STORAGES)[number];
}

const weightStorages: readonly WeightStorage[] = ['packed', 'float32'];

/** The backends' list, which its type holds this to: importing it would make help slower. */
const cacheStorages: typeof CACHE_STORAGES = ['half', 'float32'];

const DEFAULT_MODEL = 'smollm2-135m-instruct';

export function addModelOptions(command: Command): Command {
  return command
    .option(
      '--model <name>',
      'a folder, a .gguf file, owner/name on the hub (owner/name:Q4_K_M for one of its GGUF files), or a name of the catalogue',
      DEFAULT_MODEL,
    )
    .option(...DEBUG_OPTION);
}

export function addLoadOptions(command: Command): Command {
  return addBackendOption(command)
    .addOption(
      new Option(
        '--weights <kind>',
        'how quantised weights are kept (default: packed where the backend computes with them so)',
      ).choices(weightStorages),
    )
    .addOption(
      new Option(
        '--cache <kind>',
        'how keys and values are cached (default: half where weights are packed)',
      ).choices(cacheStorages),
    );
}

export function addBackendOption(command: Command): Command {
  return command.addOption(
    new Option('--backend <name>', 'where to compute; auto takes the fastest that works')
      .choices(BACKEND_CHOICES)
      .default('wasm'),
  );
}
