/** What `base.json` of a tiny checkpoint says: prompts, and where the logits and hidden states are that transformers gives. */
export interface BaseManifest {
  readonly tokens: readonly number[];
  readonly cases: readonly {
    readonly name: string;
    readonly length: number;
    readonly logits: string;
    readonly hidden?: string;
  }[];
}
