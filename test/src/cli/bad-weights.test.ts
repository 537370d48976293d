import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { editHeader, safetensors, type TensorEntry } from './edit-safetensors.js';
import { expectRefusal } from './expect-refusal.js';
import { arrayClaim, gguf, string, stringValue, u32, u64 } from './gguf-bytes.js';
import { temporaryFolder } from './temporary-folder.js';
import { tinyModelFolder } from './tiny-model-folder.js';

const COMMANDS = [['inspect'], ['generate', '--prompt', 'x']];

/** Noise that is the same every time. */
function noise(length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    createHash('sha256').update(`${i}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, length);
}

async function expectRefusals(model: string, cause: readonly (string | RegExp)[]): Promise<void> {
  for (const command of COMMANDS) await expectRefusal([...command, '--model', model], cause);
}

describe('model.safetensors is refused', () => {
  it.each<[string, (file: Buffer) => Buffer, (string | RegExp)[]]>([
    ['of no bytes', () => Buffer.alloc(0), ['0 bytes']],
    ['of noise', () => noise(4096), ['header', 'bytes']],
    ['cut in its data', (file) => file.subarray(0, file.length / 2), ['truncated']],
    ['cut in its header', (file) => file.subarray(0, 100), ['100 bytes']],
    ['with bytes behind the last tensor', (file) => Buffer.concat([file, noise(16)]), ['16 bytes']],
    [
      'that claims a header of 2^60 bytes',
      (file) => safetensors('{}', file, 2n ** 60n),
      ['header of 11529215046068'],
    ],
    ['whose header is no JSON', () => safetensors('{"a": ', Buffer.alloc(0)), ['JSON']],
    ['whose header is a list', () => safetensors('[1, 2]', Buffer.alloc(0)), ['JSON object']],
    ['with a tensor past its end', (file) => editHeader(file, stretched), ['norm.weight']],
    ['with a shape of 2^53 by 2^53', (file) => editHeader(file, enormous), ['norm.weight']],
  ])('%s', async (_, weights, cause) => {
    const folder = await tinyModelFolder({ weights });
    await expectRefusals(folder, ['model.safetensors', ...cause]);
  });

  it('with tensors missing, misshapen and left over: all in one line', async () => {
    const folder = await tinyModelFolder({ weights: (file) => editHeader(file, misfitting) });
    for (const command of COMMANDS.filter(([name]) => name !== 'inspect')) {
      const line = await expectRefusal([...command, '--model', folder], ["'llama'"]);
      expect(line).toContain("'model.norm.weight' is missing");
      expect(line).toContain("'model.layers.2.self_attn.q_proj.weight' is missing");
      expect(line).toContain("'model.layers.0.mlp.up_proj.weight' has shape [32,64] instead of [64,32]");
      expect(line).toContain("'a.norm' is not part of the model");
      expect(line).toContain("'a.projection' is not part of the model");
    }
  });
});

function stretched(tensors: Record<string, TensorEntry>): object {
  const last = tensors['model.norm.weight'] as TensorEntry;
  const [begin] = last.data_offsets;
  return {
    ...tensors,
    'model.norm.weight': { ...last, shape: [2 ** 30], data_offsets: [begin, begin + 2 ** 32] },
  };
}

function enormous(tensors: Record<string, TensorEntry>): object {
  return { ...tensors, 'model.norm.weight': { ...tensors['model.norm.weight'], shape: [2 ** 53, 2 ** 53] } };
}

function misfitting(tensors: Record<string, TensorEntry>): object {
  const {
    'model.norm.weight': norm,
    'model.layers.2.self_attn.q_proj.weight': projection,
    'model.layers.0.mlp.up_proj.weight': up,
    ...rest
  } = tensors;
  const transposed = { ...up, shape: [32, 64] };
  return {
    ...rest,
    'a.norm': norm,
    'a.projection': projection,
    'model.layers.0.mlp.up_proj.weight': transposed,
  };
}

describe('a GGUF file is refused', () => {
  it.each<[string, Buffer, (string | RegExp)[]]>([
    ['of no bytes', Buffer.alloc(0), ['0 bytes']],
    ['of noise', noise(4096), ['GGUF']],
    ['that ends behind its counts', gguf(3, 3), ['metadata values|truncated']],
    ['of version 9', Buffer.concat([Buffer.from('GGUF'), u32(9), u64(0), u64(0)]), ['version 9']],
    ['that claims 2^50 tensors', gguf(2n ** 50n, 0, noise(64)), ['1125899906842624 tensors']],
    ['that claims 2^50 metadata values', gguf(0, 2n ** 50n, noise(64)), ['1125899906842624 metadata values']],
    [
      'with a text of 2^40 bytes',
      gguf(0, 1, stringValue('general.name', string('x', 2n ** 40n))),
      ['1099511627776 bytes'],
    ],
    ['with a key of 2^40 bytes', gguf(0, 1, string('general.name', 2n ** 40n)), ['1099511627776 bytes']],
    [
      'with a list of 2^60 numbers',
      gguf(0, 1, arrayClaim('a.list', 2n ** 60n), noise(64)),
      ['1152921504606846976'],
    ],
    [
      'without an architecture',
      gguf(0, 1, stringValue('general.name', string('nothing')), noise(64)),
      ['architecture'],
    ],
  ])('%s', async (_, bytes, cause) => {
    const folder = await temporaryFolder();
    const path = join(folder, 'model.gguf');
    await writeFile(path, bytes);
    await expectRefusals(
      path,
      cause.map((part) => new RegExp(part)),
    );
  });
});
