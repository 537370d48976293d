import { GeodesicError, phaseBindings } from '@geodesic/compiler';
import {
  GRAPH_PATH,
  type GraphRequest,
  MODEL_PATH,
  SECTION_PATH,
  type SectionRequest,
  type ShownModel,
  TOKENS_PATH,
  type TokensRequest,
} from '../protocol.js';
import { CompiledMerges } from './compiled-merges.js';
import { graphView } from './graph-view.js';
import { sectionLayout } from './section-layout.js';
import { TokenMerges } from './token-merges.js';
import type { ViewedModel } from './viewed-model.js';

/** What the page begins with. */
export type Beginning = Pick<ShownModel, 'merge' | 'length'>;

/** Answers what the page asks. */
export class Answers {
  readonly #shown: ShownModel;
  readonly #programs: CompiledMerges;
  readonly #tokens: TokenMerges;
  readonly #contextLength: number;

  constructor(viewed: ViewedModel, beginning: Beginning) {
    const { architecture, config, model } = viewed.resolved;
    this.#contextLength = config.maxPositionEmbeddings;
    this.#shown = {
      name: viewed.name,
      architecture,
      layers: config.numHiddenLayers,
      contextLength: config.maxPositionEmbeddings,
      hasTokenizer: viewed.tokenizer !== undefined,
      ...beginning,
    };
    this.#programs = new CompiledMerges(model);
    this.#tokens = new TokenMerges(viewed, this.#programs);
  }

  /**
   * @param path of the request, without its first slash
   * @param question what was sent with it
   * @returns undefined for a path that is none of the page's
   * @throws GeodesicError what is wrong with the question
   */
  answer(path: string, question: unknown, signal: AbortSignal): Promise<object> | object | undefined {
    switch (path) {
      case MODEL_PATH:
        return this.#shown;
      case GRAPH_PATH: {
        const { merge, phase, length } = this.#checked(question as GraphRequest);
        return graphView(this.#programs.base, this.#programs.merged(merge), phase, length);
      }
      case SECTION_PATH: {
        const { merge, phase, length, section } = this.#checked(question as SectionRequest);
        const program = this.#programs.merged(merge);
        return sectionLayout(program[phase], section, phaseBindings(program, phase, length));
      }
      case TOKENS_PATH: {
        const { text, merge } = question as TokensRequest;
        return this.#tokens.of(String(text), merge, signal);
      }
      default:
        return undefined;
    }
  }

  dispose(): Promise<void> {
    return this.#tokens.dispose();
  }

  #checked<Request extends GraphRequest>(request: Request): Request {
    const { length, phase } = request;
    if (!Number.isInteger(length) || length < 1 || length > this.#contextLength) {
      throw new GeodesicError(
        'view.length',
        `the length must be a whole number from 1 to the model's context, ${this.#contextLength}, not ${length ?? 'empty'}`,
      );
    }
    if (phase !== 'prefill' && phase !== 'decode') {
      throw new GeodesicError('view.phase', `the phase must be prefill or decode, not ${String(phase)}`);
    }
    return request;
  }
}
