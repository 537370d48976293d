import type { ProtectedClass } from '@geodesic/compiler';
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  interpolations,
  mergeDefaults,
  mergeStreams,
  positionStrategies,
  protectedClasses,
} from './merge-choices.js';
import { cosine, notNegative, positiveInteger, probability, wholeNumber } from './option-parsers.js';

/** Options of a merge as a command line gives them; `mergeFromOptions` makes a merge of them. */
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
      `how many consecutive tokens become one: 2, 3 or 4 (default: ${mergeDefaults.group})`,
      positiveInteger,
    )
    .option(
      '--keep-start <n>',
      `tokens at the start that are not merged (default: ${mergeDefaults.keepStart})`,
      wholeNumber,
    )
    .option(
      '--keep-end <n>',
      `tokens at the end that are not merged (default: ${mergeDefaults.keepEnd})`,
      wholeNumber,
    )
    .addOption(
      new Option(
        '--interpolation <kind>',
        `how two states become one (default: ${mergeDefaults.interpolation})`,
      ).choices(interpolations),
    )
    .addOption(
      new Option(
        '--positions <kind>',
        `where a merged token stands (default: ${mergeDefaults.positions})`,
      ).choices(positionStrategies),
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
      `share of the pairs that are merged, the most similar ones (default: ${mergeDefaults.ratio})`,
      probability,
    )
    .option(
      '--merge-threshold <c>',
      `least cosine of the states of a merged pair (default: ${mergeDefaults.threshold})`,
      cosine,
    )
    .addOption(
      new Option(
        '--merge-stream <kind>',
        `whether generated tokens are merged too: exact as a prefill would, kv in the caches alone (default: ${mergeDefaults.stream})`,
      ).choices(mergeStreams),
    )
    .option(
      '--merge-chunk <n>',
      `how many generated tokens are merged at once (default: ${mergeDefaults.chunk})`,
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

/** `digits,special`, or `none`. */
function protectionList(text: string): readonly ProtectedClass[] {
  if (text === 'none') return [];
  const names = text.split(',');
  const unknown = names.find((name) => !(protectedClasses as readonly string[]).includes(name));
  if (unknown === undefined) return names as ProtectedClass[];
  throw new InvalidArgumentError(
    `Of ${protectedClasses.join(', ')}, those wanted separated by commas, or none; there is no '${unknown}'.`,
  );
}
