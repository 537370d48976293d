import {
  DEFAULT_MERGE,
  DEFAULT_PROTECTION,
  INTERPOLATIONS,
  MERGE_GROUPS,
  POSITION_STRATEGIES,
  PROTECTED_CLASSES,
  type ProtectedClass,
  type SlerpMergeOptions,
} from '@geodesic/compiler';
import { fillSelect } from './controls.js';
import { element } from './element.js';
import { Slider } from './slider.js';

/** The options of the merge, in the fields of `static/merge-fields.html`. */
export class MergeSettings {
  readonly #afterLayer: Slider;
  readonly #ratio: Slider;
  readonly #keepStart: Slider;
  readonly #keepEnd: Slider;
  readonly #interpolation = element('interpolation', HTMLSelectElement);
  readonly #positions = element('positions', HTMLSelectElement);
  readonly #group = element('group', HTMLSelectElement);
  readonly #stream = element('stream', HTMLSelectElement);
  readonly #proportional = element('proportional', HTMLInputElement);
  readonly #protect = element('protect', HTMLFieldSetElement);

  /** @param onChange is told when somebody has changed an option */
  constructor(onChange: () => void = () => {}) {
    const show = () => this.#show();
    this.#afterLayer = new Slider('after-layer', 0, show);
    this.#ratio = new Slider('ratio', 2, show);
    this.#keepStart = new Slider('keep-start', 0, show);
    this.#keepEnd = new Slider('keep-end', 0, show);
    fillSelect(this.#interpolation, INTERPOLATIONS.map(asOption), DEFAULT_MERGE.interpolation);
    fillSelect(this.#positions, POSITION_STRATEGIES.map(asOption), DEFAULT_MERGE.positions);
    fillSelect(this.#group, MERGE_GROUPS.map(asOption), String(DEFAULT_MERGE.group));
    this.#protect.append(...PROTECTED_CLASSES.map(checkbox));
    const details = element('merge-details', HTMLDetailsElement);
    details.addEventListener('change', show);
    details.addEventListener('input', onChange);
    show();
  }

  /** Fits the layers to a model, and sets the options that are given, but for predicates; the others stay as they are. */
  begin(layers: number, options: SlerpMergeOptions): void {
    const { afterLayer, ratio, keepStart, keepEnd, proportionalAttention, protect } = options;
    this.#afterLayer.setRange(layers - 1, afterLayer);
    const sliders = [
      [this.#afterLayer, afterLayer],
      [this.#ratio, ratio],
      [this.#keepStart, keepStart],
      [this.#keepEnd, keepEnd],
    ] as const;
    for (const [slider, value] of sliders) if (value !== undefined) slider.value = value;
    const selects = [
      [this.#interpolation, options.interpolation],
      [this.#positions, options.positions],
      [this.#group, options.group],
      [this.#stream, options.stream],
    ] as const;
    for (const [select, value] of selects) if (value !== undefined) select.value = String(value);
    if (proportionalAttention !== undefined) this.#proportional.checked = proportionalAttention;
    if (Array.isArray(protect)) {
      for (const box of this.#protect.querySelectorAll('input')) box.checked = protect.includes(box.value);
    }
    this.#show();
  }

  /** What the controls say. The article's code takes three of them and has its own of the others. */
  get options(): SlerpMergeOptions {
    const kept = {
      afterLayer: this.#afterLayer.value,
      keepStart: this.#keepStart.value,
      keepEnd: this.#keepEnd.value,
    };
    if (this.#isReference) return { ...kept, interpolation: 'reference' };
    return {
      ...kept,
      ratio: this.#ratio.value,
      interpolation: this.#interpolation.value as NonNullable<SlerpMergeOptions['interpolation']>,
      positions: this.#positions.value as NonNullable<SlerpMergeOptions['positions']>,
      group: Number(this.#group.value) as NonNullable<SlerpMergeOptions['group']>,
      stream: this.#stream.value as NonNullable<SlerpMergeOptions['stream']>,
      proportionalAttention: this.#proportional.checked,
      protect: [...this.#protect.querySelectorAll('input')]
        .filter(({ checked }) => checked)
        .map(({ value }) => value as ProtectedClass),
    };
  }

  get #isReference(): boolean {
    return this.#interpolation.value === 'reference';
  }

  #show(): void {
    const fixed = this.#isReference;
    for (const control of [
      this.#positions,
      this.#group,
      this.#stream,
      this.#proportional,
      this.#protect,
      this.#ratio,
    ])
      control.disabled = fixed;
    element('reference-note', HTMLParagraphElement).hidden = !fixed;
    const { afterLayer, ratio = 1, interpolation } = this.options;
    const share = ratio < 1 ? `, ${Math.round(ratio * 100)} % of pairs` : '';
    element('merge-summary', HTMLSpanElement).textContent =
      `${interpolation} behind layer ${afterLayer}${share}`;
  }
}

function asOption(value: string | number): readonly [string, string] {
  return [String(value), String(value)];
}

function checkbox(name: ProtectedClass): HTMLLabelElement {
  const input = document.createElement('input');
  input.type = 'checkbox';
  input.value = name;
  input.checked = DEFAULT_PROTECTION.includes(name);
  const text = document.createElement('span');
  text.textContent = name.replace('-', ' ');
  const label = document.createElement('label');
  label.append(input, text);
  return label;
}
