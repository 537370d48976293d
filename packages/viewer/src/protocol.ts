import type { Phase, SlerpMergeOptions } from '@geodesic/compiler';
import type { PictureSlot, TokenText } from '@geodesic/page-parts';

/** What the page and its server say to each other, as JSON. */

/** GET: what is shown, and with which options the page begins. */
export const MODEL_PATH = 'api/model';
/** POST: the sections of the graph and what they cost. */
export const GRAPH_PATH = 'api/graph';
/** POST: the nodes of a section, with their places. */
export const SECTION_PATH = 'api/section';
/** POST: which tokens of a text merge. */
export const TOKENS_PATH = 'api/tokens';

export interface ShownModel {
  readonly name: string;
  readonly architecture: string;
  readonly layers: number;
  readonly contextLength: number;
  readonly hasTokenizer: boolean;
  /** The merge that the command line asks for, or the default one. */
  readonly merge: SlerpMergeOptions;
  readonly length: number;
}

export interface GraphRequest {
  readonly merge: SlerpMergeOptions;
  readonly phase: Phase;
  /** Tokens of the prompt. */
  readonly length: number;
}

export interface GraphReply {
  readonly name: string;
  /** In the order in which states pass them, with the merge. */
  readonly sections: readonly ShownSection[];
  readonly base: Totals;
  readonly merged: Totals;
}

/** A part of the graph that people know by name, and what merging changes of it. */
export interface ShownSection {
  /** `embed`, `layers.0`, …, `merge`, `norm`, `head`. */
  readonly name: string;
  /** Whether tokens merge right behind this layer. */
  readonly mergesBehind: boolean;
  readonly nodes: number;
  /** The states that enter it and leave it, with merged tokens. */
  readonly before: Stream;
  readonly after: Stream;
  /** Nothing for what the model as it is does not have. */
  readonly base?: SectionCost;
  readonly merged: SectionCost;
}

/** States between two sections: their type, and their shape at the length that is counted for. */
export interface Stream {
  readonly type: string;
  readonly shape: readonly number[];
}

export interface SectionCost {
  readonly flops: number;
  readonly bytes: number;
}

export interface Totals extends SectionCost {
  readonly kvCacheBytes: number;
  readonly parameterBytes: number;
}

export interface SectionRequest extends GraphRequest {
  /** Its place among the sections. */
  readonly section: number;
}

/** A drawing of a section's nodes, in pixels. */
export interface SectionReply {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly ShownNode[];
  readonly edges: readonly (readonly Point[])[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface ShownNode {
  readonly id: number;
  readonly name: string;
  /** Its name within the layer. */
  readonly label: string;
  readonly op: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly source: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Names and types of what it reads, weights among them. */
  readonly operands: readonly { readonly name: string; readonly type: string }[];
  /** Of another section, drawn where it enters this one. */
  readonly enters: boolean;
  /** Computed on the host: streams, masks and rotary tables. */
  readonly onHost: boolean;
  /** The left upper corner. */
  readonly place: Point;
  readonly size: { readonly width: number; readonly height: number };
}

export interface TokensRequest {
  readonly merge: SlerpMergeOptions;
  readonly text: string;
}

export interface TokensReply {
  readonly tokens: readonly TokenText[];
  readonly slots: readonly PictureSlot[];
  /** Whether the model had to run: its states decide with these options. */
  readonly ran: boolean;
}

/** What any of them answers instead. With a status of its own the browser would call it an error of the page. */
export interface Refusal {
  readonly refused: { readonly code: string; readonly message: string };
}
