import { type Command, Option } from 'commander';
import { addMergeOptions } from './merge-options.js';
import { addLoadOptions, addModelOptions } from './model-options.js';
import { portNumber, positiveInteger } from './option-parsers.js';

export function addInspect(program: Command): void {
  const command = program.command('inspect').description('the graph before and after merging');
  addMergeOptions(addModelOptions(command))
    .addOption(
      new Option('--format <format>', 'how to print the graph; mermaid is drawn inside Markdown')
        .choices(['text', 'mermaid', 'json'])
        .default('text'),
    )
    .addOption(new Option('--phase <phase>', 'which graph').choices(['prefill', 'decode']).default('prefill'))
    .option('--cost', 'FLOPs, bytes and KV bytes')
    .option(
      '--length <n>',
      'tokens of the prompt that --cost counts for (default: 512, or the context if that is less)',
      positiveInteger,
    )
    .option('--dump-ir', 'print the graph after each pass')
    .action(async (options) => {
      // So that nodes name the lines of the TypeScript that declared them; it has to be said before that is loaded.
      process.setSourceMapsEnabled(true);
      await (await import('./commands/inspect.js')).inspectCommand(options);
    });
}

export function addView(program: Command): void {
  const command = program
    .command('view')
    .description('a local page of the graph, its costs, and which tokens of a text merge');
  addMergeOptions(addLoadOptions(addModelOptions(command)))
    .option(
      '--length <n>',
      'tokens of the prompt that costs are counted for (default: 512, or the context if that is less)',
      positiveInteger,
    )
    .option('--port <n>', 'where on this machine; 0 takes a free port', portNumber, 0)
    .option('--no-open', 'print the address and open no browser')
    .action(async (options) => {
      // As for inspect.
      process.setSourceMapsEnabled(true);
      await (await import('./commands/view.js')).viewCommand(options);
    });
}
