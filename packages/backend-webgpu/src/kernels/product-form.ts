import type { FusedActivation } from '@geodesic/compiler';
import type { Components } from './kernel.js';
import { range } from './range.js';
import { activationFunction } from './unary.js';

/**
 * What a product kernel makes of x and its weights, as one string of constants, so that it can be part of a kernel's key:
 * `each`: of every weight its own result; `into`: of one weight, activation(sum) + residual; `gated`: of two, activation(sum) · sum.
 */
export interface ProductForm {
  readonly kind: 'each' | 'into' | 'gated';
  /** Which of the weights have a bias. */
  readonly biased: readonly boolean[];
  readonly activation: FusedActivation | undefined;
  readonly residual: boolean;
}

export function printForm({ kind, biased, activation, residual }: ProductForm): string {
  return [kind, biased.map(Number).join(''), activation ?? 'none', Number(residual)].join(' ');
}

export function parseForm(text: string): ProductForm {
  const [kind, biased, activation, residual] = text.split(' ') as [
    ProductForm['kind'],
    string,
    string,
    string,
  ];
  return {
    kind,
    biased: [...biased].map((flag) => flag === '1'),
    activation: activation === 'none' ? undefined : (activation as FusedActivation),
    residual: residual === '1',
  };
}

/** Bindings of a form: x, weights, biases, residual. */
export function productInputs(
  { biased, residual }: ProductForm,
  xComponents: Components,
  components: Components,
): Record<string, Components> {
  const weights = biased.map((_, w) => [`weight${w}`, components] as const);
  const biases = biased.flatMap((has, w) => (has ? [[`bias${w}`, components] as const] : []));
  return {
    x: xComponents,
    ...Object.fromEntries([...weights, ...biases]),
    ...(residual && { residual: components }),
  };
}

/** Results of a form. */
export function productResults(
  { kind, biased }: ProductForm,
  components: Components,
): Record<string, Components> {
  if (kind !== 'each') return { result: components };
  return Object.fromEntries(biased.map((_, w) => [`result${w}`, components]));
}

/** Columns and first workgroups of each result. */
export function productUniforms({ kind, biased }: ProductForm): Record<string, 'i32'> {
  const results = kind === 'each' ? biased.length : 1;
  const fields = range(results).flatMap((w) => [`columns${w}`, `groups${w}`]);
  return Object.fromEntries(['rows', 'inputs', ...fields].map((name) => [name, 'i32' as const]));
}

/** WGSL of the activation, if the form has one. */
export function productFunctions({ activation }: ProductForm): string {
  return activation === undefined ? '' : activationFunction(activation);
}

/** WGSL of functions `<phase>0(group)` and so on, one for each part of the result; `body` writes that of part w. */
export function partFunctions(form: ProductForm, phase: string, body: (w: number) => string): string {
  return partsOf(form)
    .map((w) => `fn ${phase}${w}(group: i32) { ${body(w)} }`)
    .join('\n');
}

/** WGSL that calls the function of the part that `group` belongs to, which counts the workgroups of all parts. */
export function callPart(form: ProductForm, phase: string): string {
  const before = (w: number) => ['0', ...range(w).map((earlier) => `uniforms.groups${earlier}`)].join(' + ');
  return partsOf(form)
    .map((w) => `if (group < ${before(w + 1)}) { ${phase}${w}(group - (${before(w)})); }`)
    .join(' else ');
}

function partsOf({ kind, biased }: ProductForm): readonly number[] {
  return range(kind === 'each' ? biased.length : 1);
}

/** The weights that part w reads. */
export function weightsOfPart({ kind }: ProductForm, w: number): readonly number[] {
  return kind === 'gated' ? [0, 1] : [w];
}

/** WGSL: writes what becomes of sums at `to`, the place of a result in `column`; `sumOf` names the sum of a weight. */
export function finishProduct(
  { kind, biased, activation, residual }: ProductForm,
  w: number,
  sumOf: (weight: number) => string,
  to: string,
  column: string,
): string {
  const total = (weight: number) =>
    `(${sumOf(weight)}${biased[weight] ? ` + bias${weight}[${column}]` : ''})`;
  if (kind === 'each') return `result${w}[${to}] = ${total(w)};`;
  if (kind === 'gated') return `result[${to}] = activated(${total(0)}) * ${total(1)};`;
  const active = activation === undefined ? total(0) : `activated(${total(0)})`;
  return `result[${to}] = ${active}${residual ? ` + residual[${to}]` : ''};`;
}
