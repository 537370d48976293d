import { element, MergePicture, MergeSettings } from '@geodesic/page-parts';
import type { LoadedModel, Reply } from '../protocol.js';
import { AgreementView } from './agreement-view.js';
import { AnswerColumn } from './answer-column.js';
import { ComputeClient } from './compute-client.js';
import { FiguresTable } from './figures-table.js';
import { GenerationSettings } from './generation-settings.js';
import { ModelPanel } from './model-panel.js';
import { PromptPanel } from './prompt-panel.js';
import { Trouble, type WayOn } from './trouble.js';

/** Below this width, settings begin folded. */
const NARROW = '(max-width: 52rem)';

const REASONS: Readonly<Record<string, string>> = {
  eos: 'the model ended its answer',
  length: 'the most new tokens were reached',
  context: "the model's context is full",
};

type Failure = Extract<Reply, { readonly kind: 'failed' }>;

/** The page: hears what people want, and shows what the worker says. */
export class Playground {
  readonly #trouble = new Trouble();
  readonly #merge = new MergeSettings();
  readonly #generation = new GenerationSettings();
  readonly #columns = { base: new AnswerColumn('base-answer'), merged: new AnswerColumn('merged-answer') };
  readonly #agreement = new AgreementView(this.#columns.merged);
  readonly #figures = new FiguresTable();
  readonly #picture = new MergePicture();
  readonly #compute = new ComputeClient({ onReply: (reply) => this.#hear(reply) });
  readonly #models: ModelPanel;
  readonly #prompt: PromptPanel;
  #model: LoadedModel | undefined;
  #loading = false;
  /** Why each side ended, to be told when both have. */
  #endings: Partial<Record<'base' | 'merged', string>> = {};

  constructor() {
    this.#models = new ModelPanel({
      load: (model, backend) => {
        this.#begin(true);
        this.#model = undefined;
        this.#compute.start({ kind: 'load', model, backend });
        this.#models.showProgress({ stage: 'device', done: 0, total: 0 });
        this.#prompt.show('waiting', 'Loading the model …');
      },
      cancel: () => this.#cancel(),
      refuse: (message) => this.#trouble.show(message, '', this.#choosingAgain()),
    });
    this.#prompt = new PromptPanel({ answer: () => this.#answer(), cancel: () => this.#cancel() });
    addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.#compute.active) this.#cancel();
    });
    if (matchMedia(NARROW).matches) {
      for (const id of ['merge-details', 'generation-details']) element(id, HTMLDetailsElement).open = false;
    }
  }

  #begin(loading: boolean): void {
    this.#trouble.clear();
    this.#loading = loading;
  }

  #answer(): void {
    if (this.#model === undefined || this.#compute.active) return;
    this.#begin(false);
    this.#clearAnswers();
    const question = { ...this.#prompt.question, merge: this.#merge.options, ...this.#generation.options };
    this.#compute.start({ kind: 'answer', question });
    this.#prompt.show('answering', 'Reading the prompt …');
  }

  #clearAnswers(): void {
    this.#endings = {};
    for (const part of [...Object.values(this.#columns), this.#agreement, this.#figures, this.#picture])
      part.clear();
  }

  #cancel(): void {
    if (!this.#compute.active) return;
    this.#compute.cancel();
    if (!this.#loading) this.#prompt.show('answering', 'Cancelling …');
  }

  #hear(reply: Reply): void {
    switch (reply.kind) {
      case 'progress':
        this.#models.showProgress(reply.progress);
        break;
      case 'loaded':
        this.#showLoaded(reply.model);
        break;
      case 'prompt':
        this.#picture.setPrompt(reply.tokens);
        break;
      case 'slots':
        this.#picture.addSlots(reply.slots);
        break;
      case 'piece':
        this.#showPiece(reply);
        break;
      case 'ended':
        this.#figures.set(reply.side, reply.figures);
        this.#endings[reply.side] = REASONS[reply.reason] ?? reply.reason;
        break;
      case 'judged':
        this.#prompt.show('answering', 'Comparing the merged answer …');
        this.#agreement.add(reply.judgements);
        break;
      case 'done':
        this.#agreement.end();
        this.#prompt.show('ready', this.#ending());
        break;
      case 'failed':
        this.#fail(reply);
        break;
    }
  }

  #showPiece({ side, token, figures }: Extract<Reply, { readonly kind: 'piece' }>): void {
    this.#columns[side].append(token);
    if (side === 'merged') this.#picture.addAnswer(token);
    this.#figures.set(side, figures);
    this.#prompt.show('answering', 'Answering …');
  }

  #showLoaded(model: LoadedModel): void {
    this.#model = model;
    // What was refused while it loaded is no trouble any more.
    this.#trouble.clear();
    // Beside the name of this model, those of the last would pass for its own.
    this.#clearAnswers();
    this.#models.showModel(model);
    this.#merge.begin(model.layers, model.merge);
    this.#prompt.setChat(model.hasChatTemplate);
    this.#prompt.show('ready', 'Ready.');
  }

  #ending(): string {
    const { base, merged } = this.#endings;
    if (base === merged) return `Done: both times ${base}.`;
    return `Done. As it is, ${base}; with merged tokens, ${merged}.`;
  }

  #fail({ code, message, modelLost }: Failure): void {
    if (modelLost) {
      this.#model = undefined;
      this.#models.showNone();
      this.#prompt.show('waiting', 'Load a model first.');
    } else {
      this.#prompt.show('ready', code === 'run.aborted' ? 'Cancelled.' : 'Ready.');
      this.#agreement.end();
    }
    if (code === 'run.aborted') {
      if (modelLost) this.#prompt.show('waiting', 'Cancelled. Load a model first.');
      return;
    }
    this.#trouble.show(message, code, modelLost ? this.#choosingAgain() : this.#changingThePrompt());
  }

  #choosingAgain(): WayOn {
    return { label: 'Choose a model', act: () => this.#models.focus() };
  }

  #changingThePrompt(): WayOn {
    return { label: 'Back to the prompt', act: () => this.#prompt.focus() };
  }
}
