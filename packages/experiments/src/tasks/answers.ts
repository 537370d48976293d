import { argmax } from '@geodesic/runtime';
import { applyChatTemplate, type Tokenizer } from '@geodesic/weights';
import { LOOP_SHARE, repeatedShare } from '../metrics/repetition.js';
import { beginning } from './answer-item.js';
import { type PrefillFigures, prefillFigures, prefillSamples } from './prefill-figures.js';
import type { CellOf, TaskContext, TaskResult } from './task-run.js';
import { lastLogits, openVariant, type VariantRun } from './variant-run.js';

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
  const prompts = group.items(() => promptsOf(cell, context));
  const run = openVariant(model, cell.variant, 'last');
  try {
    const answers: Answer[] = [];
    for (const prompt of prompts) {
      answers.push(await answerPrompt(run, prompt, cell, tokenizer, context.alive));
    }
    return { samples: samplesOf(answers) };
  } finally {
    run.dispose();
  }
}

function promptsOf({ length, task }: CellOf<'answers'>, context: TaskContext): number[][] {
  const { tokenizer, corpus, seed } = context;
  const passages = corpus.passages(tokenizer, task.passages, length, seed);
  const { chatTemplate } = tokenizer;
  if (chatTemplate === undefined) return passages;
  return passages.map((passage) => {
    const text = tokenizer.decode(passage, { skipSpecialTokens: true }).trim();
    return chatPrompt(tokenizer, chatTemplate, `${INSTRUCTION}\n\n${text}`);
  });
}

function chatPrompt(tokenizer: Tokenizer, template: string, content: string): number[] {
  const token = (id: number | undefined) => (id === undefined ? '' : tokenizer.idToToken(id));
  const text = applyChatTemplate(template, [{ role: 'user', content }], {
    bosToken: token(beginning(tokenizer)[0]),
    eosToken: token(tokenizer.eosTokenIds[0]),
  });
  return tokenizer.encode(text, { addSpecialTokens: false });
}

async function answerPrompt(
  run: VariantRun,
  prompt: readonly number[],
  { task, variant }: CellOf<'answers'>,
  { eosTokenIds }: Tokenizer,
  alive: () => Promise<void>,
): Promise<Answer> {
  let step = await run.prefill(prompt);
  const memory = prefillFigures(run, step, variant, prompt.length);
  const tokens: number[] = [];
  for (;;) {
    const id = argmax(lastLogits(step));
    if (eosTokenIds.includes(id)) return { tokens, ended: true, memory };
    tokens.push(id);
    if (tokens.length === task.maxNewTokens) return { tokens, ended: false, memory };
    step = await run.decode([id]);
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
