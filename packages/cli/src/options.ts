import type { CACHE_STORAGES } from '@geodesic/backend';
import type {
  INTERPOLATIONS,
  MERGE_STREAMS,
  POSITION_STRATEGIES,
  PROTECTED_CLASSES,
  ProtectedClass,
} from '@geodesic/compiler';
import type { WeightStorage } from '@geodesic/runtime';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { BACKEND_CHOICES } from './backend-names.js';

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

export interface MergeOptions {
  readonly mergeAfter?: number;
  readonly mergeGroup?: number;
  readonly keepStart?: number;
  readonly keepEnd?: number;
  readonly interpolation?: string;
  readonly positions?: string;
  readonly proportionalAttention?: boolean;
  readonly mergeProtect?: readonly ProtectedClass[];
  readonly mergeRatio?: number;
  readonly mergeSurprise?: number;
  readonly mergeThreshold?: number;
  readonly mergeStream?: string;
  readonly mergeChunk?: number;
  readonly mergeBudget?: string;
}

const weightStorages: readonly WeightStorage[] = ['packed', 'float32'];

/** The backends' and the compiler's lists, which types hold these to: importing them would make help a third slower. */
const cacheStorages: typeof CACHE_STORAGES = ['half', 'float32'];
const interpolations: typeof INTERPOLATIONS = ['slerp', 'mean', 'norm-preserving', 'drop', 'reference'];
const positionStrategies: typeof POSITION_STRATEGIES = ['midpoint', 'first', 'last', 'compact'];
const mergeStreams: typeof MERGE_STREAMS = ['off', 'exact', 'kv'];
const protectedClasses: typeof PROTECTED_CLASSES = [
  'digits',
  'capitalised',
  'names',
  'rare',
  'newlines',
  'special',
  'norm-outliers',
  'surprising',
];

const DEFAULT_MODEL = 'smollm2-135m-instruct';

/** Of the program as of each command. */
export const DEBUG_OPTION = ['--debug', 'print the stack of an error'] as const;

export function addModelOptions(command: Command): Command {
  return command
    .option(
      '--model <name>',
      'a folder, a .gguf file, owner/name on the hub, or a name of the catalogue',
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

export function addMergeOptions(command: Command): Command {
  return addMergeSettings(
    command.option('--merge-after <layer>', 'merge pairs of tokens after this layer (0-based)', wholeNumber),
  );
}

/** How a merge is done, but for its layer. */
export function addMergeSettings(command: Command): Command {
  return command
    .option(
      '--merge-group <n>',
      'how many consecutive tokens become one: 2, 3 or 4 (default: 2)',
      positiveInteger,
    )
    .option('--keep-start <n>', 'tokens at the start that are not merged (default: 4)', wholeNumber)
    .option('--keep-end <n>', 'tokens at the end that are not merged (default: 32)', wholeNumber)
    .addOption(
      new Option('--interpolation <kind>', 'how two states become one (default: slerp)').choices(
        interpolations,
      ),
    )
    .addOption(
      new Option('--positions <kind>', 'where a merged token stands (default: midpoint)').choices(
        positionStrategies,
      ),
    )
    .option('--proportional-attention', 'weigh merged keys by how many tokens they stand for')
    .option('--no-proportional-attention', 'weigh every key alike (default)')
    .option(
      '--merge-protect <classes>',
      `tokens that are never merged: any of ${protectedClasses.join(', ')}, separated by commas, or none (default: special,surprising where the model has a probe of the layer, else digits,capitalised,special)`,
      protectionList,
    )
    .option(
      '--merge-surprise <nats>',
      'mean surprise above which passages stay alone, and numbers from a third of it, if surprising ones are protected (default: what the probe of the layer says)',
      notNegative,
    )
    .option(
      '--merge-ratio <r>',
      'share of the pairs that are merged, the most similar ones (default: 1)',
      probability,
    )
    .option('--merge-threshold <c>', 'least cosine of the states of a merged pair (default: -1)', cosine)
    .addOption(
      new Option(
        '--merge-stream <kind>',
        'whether generated tokens are merged too: exact as a prefill would, kv in the caches alone (default: off)',
      ).choices(mergeStreams),
    )
    .option(
      '--merge-chunk <n>',
      'how many generated tokens are merged at once (default: 32)',
      positiveInteger,
    );
}

/** For commands that load a model, and can try what merges do to it. */
export function addMergeBudget(command: Command): Command {
  return command.option(
    '--merge-budget <bounds>',
    'pick layer, ratio and kept end by a calibration run: kl<=NATS, speed>=FACTOR, kv<=SHARE, or several with commas',
  );
}

export const wholeNumber = numberWhere(isWhole, 'A whole number of at least 0');
export const positiveInteger = numberWhere((value) => isWhole(value) && value > 0, 'A whole number above 0');
export const notNegative = numberWhere((value) => value >= 0, 'A number of at least 0');
export const positive = numberWhere((value) => value > 0, 'A number above 0');
export const probability = numberWhere((value) => value > 0 && value <= 1, 'A number above 0 and at most 1');
export const cosine = numberWhere((value) => value >= -1 && value <= 1, 'A number from -1 to 1');
export const portNumber = numberWhere(
  (value) => Number.isInteger(value) && value >= 0 && value <= 65535,
  'A port, 0 to 65535,',
);
export const unitInterval = numberWhere((value) => value >= 0 && value <= 1, 'A number from 0 to 1');

/** Options of these that a command line gives, as it spells them. */
export function givenOptions(options: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${value === false ? 'no-' : ''}${inKebabCase(name)}`);
}

function inKebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** A parser of finite decimal numbers: `Number` alone would take the empty text for 0, and let `nan` through. */
function numberWhere(valid: (value: number) => boolean, needed: string): (text: string) => number {
  return (text) => {
    const value = /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (!Number.isFinite(value) || !valid(value)) throw new InvalidArgumentError(`${needed} is needed.`);
    return value;
  };
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** `1,2,3` */
export function tokenList(text: string): number[] {
  if (!/^\d+(,\d+)*$/.test(text))
    throw new InvalidArgumentError('Token ids separated by commas are needed, such as 1,2,3.');
  return text.split(',').map(Number);
}

/** `digits,special`, or `none`. */
export function protectionList(text: string): readonly ProtectedClass[] {
  if (text === 'none') return [];
  const names = text.split(',');
  const unknown = names.find((name) => !(protectedClasses as readonly string[]).includes(name));
  if (unknown === undefined) return names as ProtectedClass[];
  throw new InvalidArgumentError(
    `Of ${protectedClasses.join(', ')}, those wanted separated by commas, or none; there is no '${unknown}'.`,
  );
}
