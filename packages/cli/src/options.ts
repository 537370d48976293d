import { type Command, InvalidArgumentError, Option } from 'commander';

/** What each command's model is; `load` options say where it runs. */
export interface ModelOptions {
  readonly model: string;
  readonly debug?: boolean;
}

export interface LoadOptions extends ModelOptions {
  readonly backend: string;
}

export interface MergeOptions {
  readonly mergeAfter?: number;
  readonly keepStart?: number;
  readonly keepEnd?: number;
  readonly interpolation?: string;
  readonly positions?: string;
  readonly proportionalAttention?: boolean;
}

const DEFAULT_MODEL = 'smollm2-135m-instruct';

export function addModelOptions(command: Command): Command {
  return command
    .option(
      '--model <name>',
      'a folder, a .gguf file, owner/name on the hub, or a name of the catalogue',
      DEFAULT_MODEL,
    )
    .option('--debug', 'print the stack of an error');
}

export function addLoadOptions(command: Command): Command {
  return command.addOption(
    new Option('--backend <name>', 'where to compute')
      .choices(['wasm', 'cpu', 'webgpu', 'node'])
      .default('wasm'),
  );
}

export function addMergeOptions(command: Command): Command {
  return command
    .option('--merge-after <layer>', 'merge pairs of tokens after this layer (0-based)', wholeNumber)
    .option('--keep-start <n>', 'tokens at the start that are not merged (default: 4)', wholeNumber)
    .option('--keep-end <n>', 'tokens at the end that are not merged (default: 32)', wholeNumber)
    .addOption(
      new Option('--interpolation <kind>', 'how two states become one (default: slerp)').choices([
        'slerp',
        'mean',
        'norm-preserving',
        'drop',
        'reference',
      ]),
    )
    .addOption(
      new Option('--positions <kind>', 'where a merged token stands (default: midpoint)').choices([
        'midpoint',
        'first',
        'last',
        'compact',
      ]),
    )
    .option('--proportional-attention', 'weigh merged keys by how many tokens they stand for (default)')
    .option('--no-proportional-attention', 'weigh every key alike');
}

export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('A whole number of at least 0 is needed.');
  return Number(text);
}

export function positiveInteger(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) === 0)
    throw new InvalidArgumentError('A whole number above 0 is needed.');
  return Number(text);
}

export function unitInterval(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('A number from 0 to 1 is needed.');
  return value;
}

/** `1,2,3` */
export function tokenList(text: string): number[] {
  if (!/^\d+(,\d+)*$/.test(text))
    throw new InvalidArgumentError('Token ids separated by commas are needed, such as 1,2,3.');
  return text.split(',').map(Number);
}
