import { Command, CommanderError, Option } from 'commander';
import { DEBUG_OPTION } from './debug-option.js';
import { addInspect, addView } from './graph-commands.js';
import { addMergeBudget, addMergeOptions } from './merge-options.js';
import { addBackendOption, addLoadOptions, addModelOptions } from './model-options.js';
import {
  notNegative,
  positive,
  positiveInteger,
  probability,
  seed,
  timerSeconds,
  tokenList,
  unitInterval,
  wholeNumber,
} from './option-parsers.js';
import { printable } from './printable.js';
import { reportError } from './report-error.js';
import { addApplyMerge, addCheck, addEmit, addNew } from './source-commands.js';
import { version } from './version.js';

/**
 * Runs one command line and gives its exit code: 0, or 1 with one line on stderr that says what was wrong. Commands are
 * imported when they run, so that help and usage errors answer at once.
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const program = buildProgram();
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    reportError(error, args.includes('--debug'));
    return 1;
  }
}

function buildProgram(): Command {
  const program = new Command('geodesic')
    .description('Decoder-only transformers on TensorFlow.js, with token merging.')
    .version(version())
    .option(...DEBUG_OPTION)
    // Options behind a command are the command's: it has a --debug too, and a prompt may be any text.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      outputError: (message, write) => write(`${printable(message.trim().replaceAll('\n', ' '))}\n`),
    });
  for (const add of [
    addGenerate,
    addLogits,
    addInspect,
    addView,
    addModels,
    addDemo,
    addDoctor,
    addExperiment,
    addNew,
    addCheck,
    addApplyMerge,
    addEmit,
  ])
    add(program);
  return program;
}

function addGenerate(program: Command): void {
  const command = program.command('generate').description('continue a prompt, token by token');
  addMergeBudget(addMergeOptions(addLoadOptions(addModelOptions(command))))
    .option('--prompt <text>', 'the prompt')
    .option('--prompt-file <path>', 'a file with the prompt, or - for standard input')
    .option('--chat', "wrap the prompt in the model's chat template")
    .option('--max-new-tokens <n>', 'stop after this many tokens', wholeNumber, 128)
    .option('--temperature <t>', '0 takes the likeliest token', notNegative, 0)
    .option('--top-k <n>', 'draw from the k likeliest tokens; needs --temperature above 0', positiveInteger)
    .option(
      '--top-p <p>',
      'draw from the likeliest tokens that reach this probability together; needs --temperature above 0',
      probability,
    )
    .option(
      '--min-p <p>',
      'draw from tokens of at least this share of the likeliest one; needs --temperature above 0',
      unitInterval,
    )
    .option('--repetition-penalty <r>', 'above 1 makes repetition less likely', positive)
    .option(
      '--seed <n>',
      'the same seed draws the same tokens (default: 0); needs --temperature above 0',
      seed,
    )
    .option('--stop <text...>', 'end before any of these')
    .option('--json', 'print one JSON object instead of streaming the text')
    .action(async (options) => (await import('./commands/generate.js')).generateCommand(options));
}

function addLogits(program: Command): void {
  const command = program.command('logits').description('logits of the token after a list of token ids');
  addMergeBudget(addMergeOptions(addLoadOptions(addModelOptions(command))))
    .requiredOption('--tokens <ids>', 'token ids, separated by commas', tokenList)
    .option('--top <n>', 'how many of the likeliest tokens to print', positiveInteger, 10)
    .option('--all <path>', 'write all logits to a new file, as little-endian float32')
    .option('--json', 'print one JSON object')
    .action(async (options) => (await import('./commands/logits.js')).logitsCommand(options));
}

function addModels(program: Command): void {
  program
    .command('models')
    .description('the architectures that can be loaded, and what merging does with their positions and masks')
    .addOption(new Option('--json', 'print one JSON object').conflicts('markdown'))
    .option('--markdown', 'print the page docs/architectures.md')
    .action(async (options) => (await import('./commands/models.js')).modelsCommand(options));
}

function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('one prompt, answered as it is and with merged tokens, side by side');
  addMergeBudget(addMergeOptions(addLoadOptions(addModelOptions(command))))
    .option('--prompt <text>', 'a prompt of your own')
    .option('--max-new-tokens <n>', 'length of both answers', positiveInteger, 64)
    .action(async (options) => (await import('./commands/demo.js')).demoCommand(options));
}

function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('which backends can compute here, and what to do about those that can not')
    .option('--json', 'print one JSON object')
    .option(
      '--tune',
      'also measure which variant of each webgpu kernel is faster here, and keep the choice for later runs',
    )
    .action(async (options) => (await import('./commands/doctor.js')).doctorCommand(options));
}

function addExperiment(program: Command): void {
  const command = program.command('experiment').description('grids of merges and baselines, with a report');
  addBackendOption(command.command('run <spec>'))
    .description('run a spec, by its file or the name of a shipped one, or go on with it')
    .option('--out <folder>', 'where results and report go (default: experiments/<name of the spec>)')
    .option('--queue <url>', 'let the workers of this Redis compute, such as redis://localhost:6379')
    .option(...DEBUG_OPTION)
    .action(async (spec, options) =>
      (await import('./commands/experiment/run.js')).runCommand(spec, options),
    );
  addBackendOption(command.command('worker'))
    .description('compute cells that runs with --queue hand out, until stopped')
    .requiredOption('--queue <url>', 'the Redis of the queue')
    .option(
      '--stalled-after <seconds>',
      'a worker that gives no sign for so long is taken for dead, and its cell given to another',
      timerSeconds,
      60,
    )
    .option(...DEBUG_OPTION)
    .action(async (options) => (await import('./commands/experiment/worker.js')).workerCommand(options));
  command
    .command('list')
    .description('the shipped specs')
    .action(async () => (await import('./commands/experiment/list.js')).listCommand());
  command
    .command('report <folder>')
    .description('write the report of finished cells, also while the run goes on')
    .action(async (folder) => (await import('./commands/experiment/report.js')).reportCommand(folder));
}
