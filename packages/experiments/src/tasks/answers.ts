import { argmax, everyLogits } from '@geodesic/runtime';
import { encodeChat, type Tokenizer } from '@geodesic/weights';
import { LOOP_SHARE, repeatedShare } from '../metrics/repetition.js';
import { figuresOfRows, type PrefillFigures, prefillSamples } from './prefill-figures.js';
import type { CellOf, ItemSource, TaskContext, TaskResult } from './task-run.js';
import { openVariant, type VariantRun } from './variant-run.js';

/** Prompts that are answered together: a step reads the weights once for all of them. */
const BATCH = 10;

const INSTRUCTION = 'Read this passage and say in a few sentences what it is about.';

interface Answer {
  readonly tokens: readonly number[];
  readonly ended: boolean;
  readonly memory: PrefillFigures;
}

/**
 * What a variant answers to passages, greedily: asked what they are about where the model has a chat template, continuing them where it
 * has none. An answer that has not ended after `maxNewTokens` is cut there.
 */
export async function answersTask(cell: CellOf<'answers'>, context: TaskContext): Promise<TaskResult> {
  const { model, tokenizer, group } = context;
  const prompts = group.items(() => answerItems(cell, context));
  const run = openVariant(model, cell.variant, 'last');
  try {
    const answers: Answer[] = [];
    for (let start = 0; start < prompts.length; start += BATCH) {
      const batch = prompts.slice(start, start + BATCH);
      answers.push(...(await answerPrompts(run, batch, cell, tokenizer, context.alive)));
    }
    return { samples: samplesOf(answers) };
  } finally {
    run.dispose();
  }
}

/** Prompts, as token ids. */
export function answerItems(
  { length, task }: CellOf<'answers'>,
  { tokenizer, corpus, seed }: ItemSource,
): number[][] {
  const passages = corpus.passages(tokenizer, task.passages, length, seed);
  const { chatTemplate } = tokenizer;
  if (chatTemplate === undefined) return passages;
  return passages.map((passage) => {
    const text = tokenizer.decode(passage, { skipSpecialTokens: true }).trim();
    return encodeChat(tokenizer, chatTemplate, `${INSTRUCTION}\n\n${text}`);
  });
}

/** Answers prompts together. Rows whose answer is whole go on beside the others, and what they say is dropped. */
async function answerPrompts(
  run: VariantRun,
  prompts: readonly (readonly number[])[],
  { task, variant }: CellOf<'answers'>,
  { eosTokenIds }: Tokenizer,
  alive: () => Promise<void>,
): Promise<Answer[]> {
  let step = await run.prefillRows(prompts);
  const figures = figuresOfRows(
    run,
    step,
    variant,
    prompts.map(({ length }) => length),
  );
  const isWhole = ({ ended, tokens }: Answer) => ended || tokens.length === task.maxNewTokens;
  const answers = figures.map((memory) => ({ tokens: [] as number[], ended: false, memory }));
  for (;;) {
    const next = everyLogits(step).map((logits) => argmax(logits));
    answers.forEach((answer, row) => {
      if (isWhole(answer)) return;
      if (eosTokenIds.includes(next[row] as number)) answer.ended = true;
      else answer.tokens.push(next[row] as number);
    });
    if (answers.every(isWhole)) return answers;
    step = await run.decodeRows(next.map((id) => [id]));
    await alive();
  }
}

function samplesOf(answers: readonly Answer[]): TaskResult['samples'] {
  const repeated = answers.map(({ tokens }) => repeatedShare(tokens));
  const lengths = answers.map(({ tokens }) => tokens.length);
  return {
    ended: answers.map(({ ended }) => Number(ended)),
    looped: repeated.map((share) => Number(share > LOOP_SHARE)),
    repeated,
    medianLength: lengths,
    meanLength: lengths,
    ...prefillSamples(answers.map(({ memory }) => memory)),
  };
}
