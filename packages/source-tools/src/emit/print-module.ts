import type { Graph, SlerpMergeOptions, TokenLimits } from '@geodesic/compiler';
import { commentText } from '../written-source/comment-text.js';
import { paragraph } from '../written-source/paragraph.js';
import { LINE_WIDTH } from '../written-source/print-expression.js';
import type { Constants } from './constants.js';
import type { LayerFunction } from './name-layers.js';
import type { WrittenPhase } from './phase-function.js';
import { printTypes, union } from './print-types.js';
import { KERNELS } from './reserved-names.js';
import { printWeightShapes } from './weight-shapes.js';

export interface ModuleParts {
  readonly graph: Graph;
  readonly name: string;
  readonly config: TokenLimits;
  readonly merges: readonly SlerpMergeOptions[];
  readonly constants: Constants;
  readonly functions: readonly LayerFunction[];
  readonly prefill: WrittenPhase;
  readonly decode: WrittenPhase;
}

/** The module, top to bottom, formatted. */
export function printModule(parts: ModuleParts): string {
  const { graph, config, constants, functions, prefill, decode } = parts;
  const limits = `const LIMITS = { vocabSize: ${config.vocabSize}, maxPositionEmbeddings: ${config.maxPositionEmbeddings} };`;
  const rest = [
    paragraph(['/** What the model can be given. */', limits, ...constants.declarations()]),
    paragraph(printWeightShapes(graph)),
    printTypes(graph, functions),
    ...functions.map(printLayer),
    printPrefill(prefill),
    printDecode(decode),
    disposal(),
  ].join('\n');
  return `${heading(parts)}\n${imports(rest)}\n${rest}`;
}

function heading({ name, merges }: ModuleParts): string {
  const merged = merges.map(
    ({ afterLayer, group = 2 }) => `${group} tokens become one after layer ${afterLayer}`,
  );
  return paragraph([
    `// The model '${commentText(name)}'${merged.length > 0 ? `, in which ${merged.join(', and ')}` : ''}: compiled ahead of time by geodesic emit.`,
    '// It needs tfjs, one of its backends, and the kernels that it imports; no compiler.',
  ]);
}

function imports(source: string): string {
  const used = KERNELS.filter((name) => new RegExp(`(?<![.\\w])${name}\\(`).test(source));
  const names = [...used, 'type HostArray', 'type Weights'].sort((a, b) =>
    sortKey(a).localeCompare(sortKey(b), 'en'),
  );
  return paragraph([
    'import {',
    ...names.map((name) => `  ${name},`),
    "} from '@geodesic/backend/kernels';",
    "import * as tf from '@tensorflow/tfjs-core';",
  ]);
}

function sortKey(name: string): string {
  return name.replace('type ', '');
}

function printLayer({ name, lines, parameters, layers }: LayerFunction): string {
  const shared = `{ ${parameters.join(', ')} }: Tensors<${union(parameters)}>`;
  return paragraph([
    `/** ${listed(layers)}: hidden states to hidden states, keys and values behind those of the past. */`,
    ...signature(
      `function ${name}`,
      ['weights: Weights', 'index: number', 'x: tf.Tensor', shared, 'past?: LayerCache'],
      '',
    ),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the template is that of the module
    '  const weight = weightsAt(weights, `layers.${index}`);',
    '  return tf.tidy(() => {',
    ...lines,
    '  });',
    '}',
  ]);
}

/** `Layers 0 to 29`, or `Layers 3, 7`. */
function listed(layers: readonly number[]): string {
  const [first, last] = [layers[0] as number, layers.at(-1) as number];
  if (layers.length === 1) return `Layer ${first}`;
  return last - first === layers.length - 1 ? `Layers ${first} to ${last}` : `Layers ${layers.join(', ')}`;
}

function printPrefill({ lines, streams, isProtecting }: WrittenPhase): string {
  const doc = isProtecting
    ? [
        '/**',
        ' * Runs prompts, a row each, and merges their tokens.',
        ' *',
        ' * @param protectedTokens not 0 for the tokens that are never merged, as many flags a row as it has tokens; default: none is protected',
        ' */',
      ]
    : ['/** Runs prompts, a row each. */'];
  const parameters = [
    'weights: Weights',
    'rows: Rows',
    ...(isProtecting ? ['protectedTokens?: readonly ArrayLike<number>[]'] : []),
  ];
  return paragraph([
    ...doc,
    ...signature('export function prefill', parameters, ': Step'),
    '  const starts = rows.map(() => 0);',
    ...streamLines(streams),
    ...lines,
    '}',
  ]);
}

function printDecode({ lines, streams, frequencies }: WrittenPhase): string {
  return paragraph([
    '/** Runs further tokens behind the cached ones, of which they see all; they stay unmerged. The caches before stay as they are. */',
    ...signature('export function decode', ['weights: Weights', 'rows: Rows', 'caches: Caches'], ': Step'),
    '  const starts = caches.lengths;',
    ...streamLines(streams),
    ...frequencies.map((name) => `  checkFrequencies(${name}, starts, lengths.data);`),
    ...lines,
    '}',
  ]);
}

function streamLines(streams: readonly string[]): string[] {
  const names = ['ids', 'positionIds', 'extents', 'sizes', 'lengths'].filter(
    (name) => name === 'lengths' || streams.includes(name),
  );
  return ['  checkRows(rows, starts, LIMITS);', `  const { ${names.join(', ')} } = padRows(rows, starts);`];
}

function disposal(): string {
  return paragraph([
    '/** Frees the keys and values of a step. */',
    'export function dispose({ layers }: Caches): void {',
    '  tf.dispose([...layers]);',
    '}',
  ]);
}

function signature(head: string, parameters: readonly string[], result: string): string[] {
  const flat = `${head}(${parameters.join(', ')})${result} {`;
  if (flat.length <= LINE_WIDTH) return [flat];
  return [`${head}(`, ...parameters.map((parameter) => `  ${parameter},`), `)${result} {`];
}
