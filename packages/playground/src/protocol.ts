import type { SlerpMergeOptions } from '@geodesic/compiler';
import type { PictureSlot, TokenText } from '@geodesic/page-parts';

/** What the page and its worker say to each other. Every message belongs to a job: one loading, or one pair of answers. */

/** The answer of the model as it is, and that with merged tokens. */
export type Side = 'base' | 'merged';

/** Where a model comes from. */
export type ModelChoice =
  | { readonly kind: 'files'; readonly files: readonly File[] }
  /** A name of the catalogue, or `owner/name` on the hub, through the page's server. */
  | { readonly kind: 'served'; readonly name: string };

/** `auto`: WebGPU on a GPU, else WebAssembly. */
export type BackendChoice = 'auto' | 'webgpu' | 'wasm';

/** What to answer, and how. */
export interface Question {
  readonly prompt: string;
  /** In the model's chat template, rather than as a text to go on with. */
  readonly chat: boolean;
  readonly merge: SlerpMergeOptions;
  readonly maxNewTokens: number;
  readonly temperature: number;
  readonly seed: number;
}

export type Order =
  | { readonly kind: 'load'; readonly model: ModelChoice; readonly backend: BackendChoice }
  | { readonly kind: 'answer'; readonly question: Question };

/** To the worker. A new order ends the one before it. */
export type Request = { readonly job: number } & (Order | { readonly kind: 'cancel' });

/** What was loaded, and where it computes. */
export interface LoadedModel {
  readonly name: string;
  readonly architecture: string;
  readonly layers: number;
  readonly contextLength: number;
  readonly hasChatTemplate: boolean;
  /** The merge that is set at first. What it leaves alone depends on whether the model has a probe of its layer. */
  readonly merge: SlerpMergeOptions;
  readonly device: string;
  /** Why a faster device was passed over. */
  readonly passedOver?: string;
}

export type LoadStage = 'device' | 'download' | 'weights' | 'warm-up';

/** How far a loading is; `total` is 0 where it can't be known. */
export interface LoadingProgress {
  readonly stage: LoadStage;
  readonly done: number;
  readonly total: number;
}

/** What a side's answer has taken so far. Only its own steps count: the sides take turns on one device. */
export interface Figures {
  readonly newTokens: number;
  readonly firstTokenMs: number;
  /** Of the steps behind the first token. */
  readonly decodeMs: number;
  readonly kvBytes: number;
  /** Entries that the layers behind the merge hold, of so many tokens. */
  readonly slots: number;
  readonly tokens: number;
}

/** What the model as it is says of a token of the merged answer, given the same text before it. */
export interface Judgement {
  /** 1: it would have said the same. */
  readonly rank: number;
  readonly probability: number;
  readonly likeliest: string;
}

export type Reply = { readonly job: number } & (
  | { readonly kind: 'progress'; readonly progress: LoadingProgress }
  | { readonly kind: 'loaded'; readonly model: LoadedModel }
  | { readonly kind: 'prompt'; readonly tokens: readonly TokenText[] }
  | { readonly kind: 'slots'; readonly slots: readonly PictureSlot[] }
  | { readonly kind: 'piece'; readonly side: Side; readonly token: TokenText; readonly figures: Figures }
  | { readonly kind: 'ended'; readonly side: Side; readonly reason: string; readonly figures: Figures }
  /** Of the tokens of the merged answer from `start` on. */
  | { readonly kind: 'judged'; readonly start: number; readonly judgements: readonly Judgement[] }
  | { readonly kind: 'done' }
  /** `modelLost`: there is no model any more, load one. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly modelLost: boolean }
);

type WithoutJob<Message> = Message extends { readonly job: number } ? Omit<Message, 'job'> : never;

/** A reply before it is told whose it is. */
export type JobReply = WithoutJob<Reply>;
