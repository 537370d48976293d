import { modelFromHuggingFace } from '@geodesic/models';
import { commentText } from '../written-source/comment-text.js';
import { array, arrow, call, code, type Expression, mapParts, object } from '../written-source/expression.js';
import { paragraph } from '../written-source/paragraph.js';
import { printConstant } from '../written-source/print-constant.js';
import { printExpression, printNumber, printText } from '../written-source/print-expression.js';
import { describePart } from './describe-part.js';
import { idleFields } from './idle-fields.js';
import { printImports } from './imports.js';
import { writeLayers } from './layer-kinds.js';
import { NamedConstants } from './named-constants.js';
import { shareBlocks } from './shared-blocks.js';
import { simplify } from './simplify.js';

type Config = Readonly<Record<string, unknown>>;
type Resolved = ReturnType<typeof modelFromHuggingFace>;

/** What a model consists of, with names in place of numbers and of what is shared. */
interface ModelSource {
  readonly tree: Expression;
  readonly shared: readonly (readonly [name: string, block: Expression])[];
  readonly kinds: readonly (readonly [name: string, options: Expression])[];
  /** The function of the layers that are not all alike. */
  readonly layer?: { readonly parameter: string; readonly statement?: string; readonly blocks: Expression };
  /** Names of the constants that sessions are told. */
  readonly layerCount: string;
  readonly positions: string;
}

/**
 * A module that defines the model of a Hugging Face config with the DSL, top to bottom: formatted TypeScript that imports
 * `geodesic` alone and traces to the graph of the model that the config itself gives.
 *
 * @throws GeodesicError `config.*` as `modelFromHuggingFace`
 */
export function writeModel(config: Config): string {
  const resolved = modelFromHuggingFace(config);
  const constants = new NamedConstants(config);
  const source = modelSource(resolved, constants);
  const { tree, shared, kinds, layer } = source;
  const expressions = [
    tree,
    ...(layer ? [layer.blocks] : []),
    ...[...shared, ...kinds].map(([, one]) => one),
  ];
  return [
    heading(config, resolved.architecture),
    printImports(expressions, layer === undefined ? [] : ['Block']),
    paragraph(constants.declarations(printNumber)),
    paragraph([
      ...shared.map(
        ([name, block]) => `const ${name} = ${printExpression(block, { before: name.length + 9 })};`,
      ),
      ...kinds.map(([name, options]) => printConstant(name, options)),
    ]),
    layerFunction(layer),
    definition(resolved.architecture, tree),
    sessionConfig(source),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function modelSource({ model, config }: Resolved, constants: NamedConstants): ModelSource {
  const { embed, layers, norm, head } = model.tree;
  const written = writeLayers(layers.map((blocks) => array(blocks.map(describePart))));
  const parts = new Map<string, Expression>([
    ['embed', withEmbeddingSize(simplify(describePart(embed)))],
    ['blocks', simplify(written.template)],
    ...[...written.kinds].map(([name, options]): [string, Expression] => [name, simplify(options)]),
    ['norm', norm === null ? code('null') : simplify(describePart(norm))],
    ['head', simplify(describePart(head))],
  ]);
  const { shared, expressions } = shareBlocks(parts, written.names);
  const part = (name: string) => constants.nameNumbers(expressions.get(name) as Expression);
  // Constants are declared in the order in which they are named here.
  const embedding = part('embed');
  const layerCount = constants.name('LAYERS', config.numHiddenLayers);
  const sharedBlocks = [...shared].map(([name, block]) => [name, constants.nameNumbers(block)] as const);
  const blocks = part('blocks');
  const kinds = [...written.kinds.keys()].map(
    (name) => [name, nameInside(expressions.get(name) as Expression, constants)] as const,
  );
  const repeated = call('repeat', code(layerCount), arrow(blocks));
  const tree = object([
    ['embed', embedding],
    ['layers', written.layers === 'repeat' ? repeated : written.layers],
    ['norm', part('norm')],
    ['head', part('head')],
  ]);
  return {
    tree: call('decoder', tree),
    shared: sharedBlocks,
    kinds,
    ...(written.head !== undefined && { layer: { ...written.head, blocks } }),
    layerCount,
    positions: constants.name('MAX_POSITIONS', config.maxPositionEmbeddings),
  };
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

/** A number that is an option of a kind of layer has its name there; those inside of blocks get their own. */
function nameInside(options: Expression, constants: NamedConstants): Expression {
  return mapParts(options, (part) => {
    if (part.kind === 'number') return part;
    return part.kind === 'object' ? nameInside(part, constants) : constants.nameNumbers(part);
  });
}

function layerFunction(layer: ModelSource['layer']): string {
  if (layer === undefined) return '';
  const { parameter, statement, blocks } = layer;
  return paragraph([
    `/** Layer ${statement === undefined ? 'with its own options' : '`index`, from 0'}. */`,
    `function layer(${parameter}): readonly Block[] {`,
    ...(statement === undefined ? [] : [`  ${statement}`]),
    `  return ${printExpression(blocks, { indent: 1, before: 9 })};`,
    '}',
  ]);
}

function definition(architecture: string, tree: Expression): string {
  const exported = architecture.replace(/[_-](\w)/g, (_, letter: string) => letter.toUpperCase());
  return paragraph([
    `/** The model: \`compile(${exported}())\`, or with weights a \`LanguageModel\`. */`,
    `export const ${exported} = defineModel<void>(${printText(architecture)}, () =>`,
    `  ${printExpression(tree, { indent: 1, before: Number.POSITIVE_INFINITY })},`,
    ');',
  ]);
}

function sessionConfig({ layerCount, positions }: ModelSource): string {
  return paragraph([
    '/** What sessions of the model need to know beside its graph. */',
    'export const config: DecoderConfig = {',
    '  vocabSize: VOCAB_SIZE,',
    `  numHiddenLayers: ${layerCount},`,
    `  maxPositionEmbeddings: ${positions},`,
    '};',
  ]);
}

function heading(config: Config, architecture: string): string {
  const idle = idleFields(config);
  const list = idle.map(
    (field) => `//   ${commentText(`${field}: ${shortened(JSON.stringify(config[field]))}`)}`,
  );
  return paragraph([
    `// A model of the architecture '${architecture}', written by geodesic new model from its config.`,
    ...(idle.length > 0
      ? ['//', '// Fields of the config that have no meaning for the graph:', ...list]
      : []),
  ]);
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
