import { expect } from './axis-checks.js';
import type { RotaryScaling } from './ops.js';

type Checks = {
  readonly [Type in RotaryScaling['type']]: (
    scaling: Extract<RotaryScaling, { readonly type: Type }>,
    rotaryDim: number,
  ) => void;
};

const checks: Checks = {
  linear({ factor }) {
    positive({ factor });
  },
  llama3({ factor, lowFreqFactor, highFreqFactor, originalMaxPositionEmbeddings }) {
    positive({ factor, lowFreqFactor, highFreqFactor, originalMaxPositionEmbeddings });
    expect(lowFreqFactor < highFreqFactor, 'needs lowFreqFactor below highFreqFactor');
  },
  dynamic({ factor, originalMaxPositionEmbeddings }, rotaryDim) {
    positive({ factor, originalMaxPositionEmbeddings });
    expect(rotaryDim > 2, `dynamic scaling needs more than ${rotaryDim} rotated features`);
  },
  yarn({ factor, originalMaxPositionEmbeddings, attentionFactor, betaFast, betaSlow }) {
    positive({ factor, originalMaxPositionEmbeddings, attentionFactor, betaFast, betaSlow });
  },
  factors({ factors }, rotaryDim) {
    oneForEachFrequency({ factors }, rotaryDim);
  },
  longrope({ shortFactors, longFactors, originalMaxPositionEmbeddings, attentionFactor }, rotaryDim) {
    positive({ originalMaxPositionEmbeddings, attentionFactor });
    oneForEachFrequency({ shortFactors, longFactors }, rotaryDim);
  },
};

/** Refuses a scaling that would make frequencies which are no numbers: of an unknown type, or with values that can't be. */
export function checkScaling(scaling: RotaryScaling | null, rotaryDim: number): void {
  if (scaling === null) return;
  expect(Object.hasOwn(checks, scaling.type), `knows no scaling '${scaling.type}'`);
  (checks[scaling.type] as (scaling: RotaryScaling, rotaryDim: number) => void)(scaling, rotaryDim);
}

function oneForEachFrequency(lists: Readonly<Record<string, readonly number[]>>, rotaryDim: number): void {
  for (const [name, factors] of Object.entries(lists)) {
    const fits = factors?.length === rotaryDim / 2 && factors.every((factor) => factor > 0);
    expect(fits, `needs ${rotaryDim / 2} positive ${name}, not [${factors}]`);
  }
}

function positive(numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    expect(Number.isFinite(value) && value > 0, `needs a positive ${name}, not ${value}`);
  }
}
