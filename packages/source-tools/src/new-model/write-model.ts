import { modelFromHuggingFace, type ResolvedModel } from '@geodesic/models';
import { describePart } from './describe-part.js';
import { array, arrow, call, code, type Expression, mapParts, object, partsOf } from './expression.js';
import { idleFields } from './idle-fields.js';
import { printKind, type WrittenLayers, writeLayers } from './layer-kinds.js';
import { NamedConstants } from './named-constants.js';
import { printExpression, printNumber, printText } from './print-expression.js';
import { shareBlocks } from './shared-blocks.js';
import { simplify } from './simplify.js';

type Config = Readonly<Record<string, unknown>>;

/**
 * A module that defines the model of a Hugging Face config with the DSL, top to bottom: formatted TypeScript that imports
 * `geodesic` alone and traces to the graph of the model that the config itself gives.
 *
 * @throws GeodesicError `config.*` as `modelFromHuggingFace`
 */
export function writeModel(config: Config): string {
  const resolved = modelFromHuggingFace(config);
  const constants = new NamedConstants(config);
  const { embed, layers, norm, head } = resolved.model.tree;
  const embedding = simplify(describePart(embed));
  const written = writeLayers(layers.map((blocks) => array(blocks.map(describePart))));
  const parts = new Map<string, Expression>([
    ['embed', withEmbeddingSize(embedding)],
    ['template', simplify(written.template)],
    ...[...written.kinds].map(([name, options]): [string, Expression] => [name, simplify(options)]),
    ['norm', norm === null ? code('null') : simplify(describePart(norm))],
    ['head', simplify(describePart(head))],
  ]);
  const { shared, expressions } = shareBlocks(parts);
  return assemble({ config, resolved, constants, written, shared, expressions });
}

/** Where vectors of the table are projected, their own size is not that of the hidden states. */
function withEmbeddingSize(embedding: Expression): Expression {
  if (embedding.kind !== 'call') return embedding;
  const [options] = embedding.args;
  const projects = options?.kind === 'object' && options.entries.some(([key]) => key === 'projectTo');
  if (!projects) return embedding;
  const entries = options.entries.map(([key, value]): [string, Expression] => [
    key,
    key === 'dim' && value.kind === 'number' ? { ...value, constant: 'EMBEDDING_SIZE' } : value,
  ]);
  return call(embedding.callee, object(entries));
}

interface ModuleParts {
  readonly config: Config;
  readonly resolved: ResolvedModel;
  readonly constants: NamedConstants;
  readonly written: WrittenLayers;
  readonly shared: ReadonlyMap<string, Expression>;
  readonly expressions: ReadonlyMap<string, Expression>;
}

function assemble({ config, resolved, constants, written, shared, expressions }: ModuleParts): string {
  const part = (name: string) => constants.nameNumbers(expressions.get(name) as Expression);
  const size = part('embed');
  const layerCount = constants.name('LAYERS', resolved.config.numHiddenLayers);
  const sharedBlocks = [...shared].map(([name, block]): [string, Expression] => [
    name,
    constants.nameNumbers(block),
  ]);
  const template = part('template');
  const kinds = [...written.kinds.keys()].map((name): [string, Expression] => [
    name,
    mapParts(expressions.get(name) as Expression, (part) => namedInside(part, constants)),
  ]);
  const [norm, head] = [part('norm'), part('head')];
  const positions = constants.name('MAX_POSITIONS', resolved.config.maxPositionEmbeddings);
  const body = [
    ...sharedBlocks.map(
      ([name, block]) => `const ${name} = ${printExpression(block, { before: name.length + 9 })};`,
    ),
    ...kinds.map(([name, options]) => printKind(name, options)),
  ];
  const layer = written.head && [
    `/** Layer ${written.head.statement === undefined ? 'with its own options' : '`index`, from 0'}. */`,
    `function layer(${written.head.parameter}): readonly Block[] {`,
    ...(written.head.statement === undefined ? [] : [`  ${written.head.statement}`]),
    `  return ${printExpression(template, { indent: 1, before: 9 })};`,
    '}',
    '',
  ];
  const tree = object([
    ['embed', size],
    ['layers', written.layers === 'repeat' ? repeated(layerCount, template) : written.layers],
    ['norm', norm],
    ['head', head],
  ]);
  const exported = camelCase(resolved.architecture);
  const definition = [
    `/** The model: \`compile(${exported}())\`, or with weights a \`LanguageModel\`. */`,
    `export const ${exported} = defineModel<void>(${printText(resolved.architecture)}, () =>`,
    `  ${printDecoder(tree)},`,
    ');',
    '',
    '/** What sessions of the model need to know beside its graph. */',
    'export const config: DecoderConfig = {',
    '  vocabSize: VOCAB_SIZE,',
    `  numHiddenLayers: ${layerCount},`,
    `  maxPositionEmbeddings: ${positions},`,
    '};',
  ];
  const code = [
    ...constants.declarations(printNumber),
    '',
    ...(body.length === 0 ? [] : [...body, '']),
    ...(layer ?? []),
    ...definition,
    '',
  ].join('\n');
  const calls = [tree, template, ...sharedBlocks, ...kinds].flatMap((one) =>
    calledIn(Array.isArray(one) ? one[1] : (one as Expression)),
  );
  return `${heading(config, resolved.architecture)}${imports(calls, layer !== undefined)}\n${code}`;
}

/** Numbers that an option of a kind of layer is have its name; those inside of blocks get their own. */
function namedInside(part: Expression, constants: NamedConstants): Expression {
  if (part.kind === 'number') return part;
  return part.kind === 'object'
    ? mapParts(part, (inner) => namedInside(inner, constants))
    : constants.nameNumbers(part);
}

/** `repeat` with the blocks of every layer. */
function repeated(count: string, template: Expression): Expression {
  return call('repeat', code(count), arrow(template));
}

function printDecoder(tree: Expression): string {
  return printExpression(call('decoder', tree), { indent: 1, before: 110 });
}

function calledIn(expression: Expression): string[] {
  const own = expression.kind === 'call' ? [expression.callee] : [];
  return [...own, ...partsOf(expression).flatMap(calledIn)];
}

function imports(calls: readonly string[], hasLayer: boolean): string {
  const functions = calls.filter((name) => /^\w+$/.test(name));
  const names = [
    ...new Set([
      ...functions,
      'decoder',
      'defineModel',
      'type DecoderConfig',
      ...(hasLayer ? ['type Block'] : []),
    ]),
  ];
  const byName = names.sort((a, b) => compareNames(a.replace('type ', ''), b.replace('type ', '')));
  return `import {\n${byName.map((name) => `  ${name},\n`).join('')}} from 'geodesic';\n`;
}

/** As Biome sorts names: letter by letter, of the same letter the capital first. */
function compareNames(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [ofA, ofB] = [a.charAt(i), b.charAt(i)];
    if (ofA === ofB) continue;
    const [lowerA, lowerB] = [ofA.toLowerCase(), ofB.toLowerCase()];
    return lowerA === lowerB ? (ofA < ofB ? -1 : 1) : lowerA < lowerB ? -1 : 1;
  }
  return 0;
}

function heading(config: Config, architecture: string): string {
  const idle = idleFields(config);
  const lines = [
    `// A model of the architecture '${architecture}', written by geodesic new model from its config.`,
  ];
  if (idle.length > 0) {
    lines.push('//', '// Fields of the config that have no meaning for the graph:');
    lines.push(...idle.map((field) => `//   ${field}: ${shortened(JSON.stringify(config[field]))}`));
  }
  return `${lines.join('\n')}\n\n`;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function camelCase(name: string): string {
  return name.replace(/[_-](\w)/g, (_, letter: string) => letter.toUpperCase());
}
