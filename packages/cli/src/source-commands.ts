import type { FINDING_FORMATS } from '@geodesic/source-tools';
import { type Command, Option } from 'commander';
import { DEBUG_OPTION } from './debug-option.js';
import { addMergeOptions, addMergeSettings } from './merge-options.js';
import { addModelOptions } from './model-options.js';
import { positiveInteger, wholeNumber } from './option-parsers.js';

/** The list of the source tools, which types hold this to: importing them would make help slow. */
const findingFormats: typeof FINDING_FORMATS = ['text', 'json', 'github'];

export function addNew(program: Command): void {
  const command = program.command('new').description('write source to begin with');
  command
    .command('model')
    .description('a module that defines the model of a Hugging Face config.json, to read and to change')
    .requiredOption('--from <config>', 'the config.json')
    .option('--out <file>', 'the new file (default: standard output)')
    .option(...DEBUG_OPTION)
    .action(async (options) => (await import('./commands/new-model.js')).newModelCommand(options));
}

export function addCheck(program: Command): void {
  program
    .command('check <files...>')
    .description('what is wrong with modules of models and merges, which are read and not run')
    .addOption(
      new Option('--format <format>', 'how to print it; github gives annotations of GitHub Actions')
        .choices(findingFormats)
        .default('text'),
    )
    .option(...DEBUG_OPTION)
    .action(async (files, options) => (await import('./commands/check.js')).checkCommand(files, options));
}

export function addApplyMerge(program: Command): void {
  const command = program
    .command('apply-merge <file>')
    .description(
      'rewrite a program so that its sessions and compiled models merge tokens; shows the difference',
    )
    .requiredOption('--after <layer>', 'merge pairs of tokens after this layer (0-based)', wholeNumber);
  addMergeSettings(command)
    .option('--at <line>', 'rewrite what begins in this line alone', positiveInteger)
    .option('--write', 'write the file')
    .option(...DEBUG_OPTION)
    .action(async (file, options) =>
      (await import('./commands/apply-merge.js')).applyMergeCommand(file, options),
    );
}

export function addEmit(program: Command): void {
  const command = program
    .command('emit')
    .description(
      'compile a model ahead of time to a TypeScript module that needs tfjs and kernels, and no compiler. It knows no tokenizer: ' +
        'which tokens are never merged is an argument of its prefill, which protects none by itself',
    );
  addMergeOptions(addModelOptions(command))
    .requiredOption('--out <folder>', 'where the new file model.ts goes')
    .action(async (options) => (await import('./commands/emit.js')).emitCommand(options));
}
