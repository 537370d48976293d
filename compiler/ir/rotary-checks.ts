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
  llama3({ type, ...numbers }) {
    positive(numbers);
    expect(numbers.lowFreqFactor < numbers.highFreqFactor, 'needs lowFreqFactor below highFreqFactor');
  },
  dynamic({ type, ...numbers }, rotaryDim) {
    positive(numbers);
    expect(rotaryDim > 2, `dynamic scaling needs more than ${rotaryDim} rotated features`);
  },
  yarn({ type, truncate, ...numbers }) {
    positive(numbers);
  },
  longrope({ type, shortFactors, longFactors, ...numbers }, rotaryDim) {
    positive(numbers);
    for (const [name, factors] of Object.entries({ shortFactors, longFactors })) {
      const fits = factors.length === rotaryDim / 2 && factors.every((factor) => factor > 0);
      expect(fits, `needs ${rotaryDim / 2} positive ${name}, not [${factors}]`);
    }
  },
};

/** Refuses a scaling that would make frequencies which are no numbers: of an unknown type, or with values that can't be. */
export function checkScaling(scaling: RotaryScaling | null, rotaryDim: number): void {
  if (scaling === null) return;
  expect(Object.hasOwn(checks, scaling.type), `knows no scaling '${scaling.type}'`);
  (checks[scaling.type] as (scaling: RotaryScaling, rotaryDim: number) => void)(scaling, rotaryDim);
}

function positive(numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    expect(Number.isFinite(value) && value > 0, `needs a positive ${name}, not ${value}`);
  }
}
