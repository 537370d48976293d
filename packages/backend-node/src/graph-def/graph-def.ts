import { WireMessage } from './wire-format.js';

/** TensorFlow's numbers of the dtypes in use (`tensorflow/core/framework/types.proto`). */
export const DATA_TYPES = { float32: 1, int32: 3, bool: 10 } as const;

export type DataType = keyof typeof DATA_TYPES;

/** A constant: its shape and numbers, row-major. */
export interface ConstantValue {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** An attribute of a TensorFlow op. In a shape, −1 is a size that is known at each run only. */
export type Attribute =
  | { readonly type: DataType }
  | { readonly integer: number }
  | { readonly boolean: boolean }
  | { readonly shape: readonly number[] }
  | { readonly constant: ConstantValue };

/** One op of a TensorFlow graph; its inputs are names of nodes. Every op in use has one output, or is used for its first. */
export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** What SavedModel loaders choose a graph by. */
export const TAG = 'serve';

/** The version of GraphDef that is written; TensorFlow 2.10 and newer read it. */
const PRODUCER = 1087;

/**
 * The bytes of a `saved_model.pb` of one graph, which has neither variables nor signatures: callers name the nodes that they feed
 * and fetch. Field numbers are those of TensorFlow's saved_model.proto, meta_graph.proto, graph.proto, node_def.proto,
 * attr_value.proto, tensor.proto and tensor_shape.proto, which never change.
 */
export function encodeSavedModel(nodes: readonly NodeDef[]): Uint8Array {
  const graph = new WireMessage();
  for (const node of nodes) graph.message(1, encodeNode(node));
  graph.message(4, new WireMessage().integer(1, PRODUCER));
  const metaGraph = new WireMessage().message(1, new WireMessage().string(4, TAG)).message(2, graph);
  return new WireMessage().integer(1, 1).message(2, metaGraph).finish();
}

function encodeNode({ name, op, inputs, attributes }: NodeDef): WireMessage {
  const node = new WireMessage().string(1, name).string(2, op);
  for (const input of inputs) node.string(3, input);
  for (const [key, attribute] of Object.entries(attributes)) {
    node.message(5, new WireMessage().string(1, key).message(2, encodeAttribute(attribute)));
  }
  return node;
}

function encodeAttribute(attribute: Attribute): WireMessage {
  const message = new WireMessage();
  if ('type' in attribute) return message.integer(6, DATA_TYPES[attribute.type]);
  if ('integer' in attribute) return message.integer(3, attribute.integer);
  if ('boolean' in attribute) return message.integer(5, attribute.boolean ? 1 : 0);
  if ('shape' in attribute) return message.message(7, encodeShape(attribute.shape));
  return message.message(8, encodeTensor(attribute.constant));
}

function encodeTensor({ shape, data }: ConstantValue): WireMessage {
  return new WireMessage()
    .integer(1, DATA_TYPES[data instanceof Int32Array ? 'int32' : 'float32'])
    .message(2, encodeShape(shape))
    .bytes(4, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function encodeShape(shape: readonly number[]): WireMessage {
  const message = new WireMessage();
  for (const size of shape) message.message(2, new WireMessage().integer(1, size));
  return message;
}
