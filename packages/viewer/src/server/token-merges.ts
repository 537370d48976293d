import { checkTokens, GeodesicError, type SlerpMergeOptions } from '@geodesic/compiler';
import { pictureSlots, tokenTexts } from '@geodesic/page-parts/picture';
import { type LanguageModel, plannedMerge } from '@geodesic/runtime';
import type { TokensReply } from '../protocol.js';
import type { CompiledMerges } from './compiled-merges.js';
import type { ViewedModel } from './viewed-model.js';

/** Which tokens of a text merge: by the tokens alone where they decide, else by running the model. */
export class TokenMerges {
  readonly #viewed: ViewedModel;
  readonly #programs: CompiledMerges;
  #model: Promise<LanguageModel> | undefined;
  /** The run that the next one waits for. */
  #running: Promise<unknown> = Promise.resolve();

  constructor(viewed: ViewedModel, programs: CompiledMerges) {
    this.#viewed = viewed;
    this.#programs = programs;
  }

  /**
   * @param signal ends a run that nobody waits for any more
   * @throws GeodesicError `view.no-tokenizer`; what is wrong with text or options; what keeps the weights from being read
   */
  async of(text: string, merge: SlerpMergeOptions, signal: AbortSignal): Promise<TokensReply> {
    const { tokenizer, resolved } = this.#viewed;
    if (tokenizer === undefined) {
      throw new GeodesicError(
        'view.no-tokenizer',
        `${this.#viewed.name} has no tokenizer, so that no text can be shown`,
      );
    }
    const ids = tokenizer.encode(text);
    checkTokens(ids, resolved.config);
    const tokens = tokenTexts(tokenizer, ids);
    const planned = plannedMerge(this.#programs.merged(merge).prefill, merge, tokenizer, ids);
    if (planned !== undefined) {
      // The article's zero vectors stand before the first token.
      const slots = planned.filter(({ extent: [, last] }) => last >= 0);
      return { tokens, slots, ran: false };
    }
    const run = this.#running.then(() => this.#run(ids, merge, signal));
    this.#running = run.catch(() => {});
    return { tokens, slots: await run, ran: true };
  }

  async #run(ids: readonly number[], merge: SlerpMergeOptions, signal: AbortSignal) {
    signal.throwIfAborted();
    this.#model ??= this.#viewed.load();
    // What can't be read now, such as missing weights, may be there the next time.
    const model = await this.#model.catch((error: unknown) => {
      this.#model = undefined;
      throw error;
    });
    signal.throwIfAborted();
    const session = model.session({ merge });
    try {
      const { merges } = await session.prefill([ids], { signal });
      return pictureSlots(merges[0]?.rows[0] ?? []);
    } finally {
      session.dispose();
    }
  }

  /** Frees the weights, if any were read. */
  async dispose(): Promise<void> {
    await this.#running;
    const model = await this.#model?.catch(() => undefined);
    model?.dispose();
  }
}
