import type { ListFileEntry } from '@huggingface/hub';
import { describe, expect, it } from 'vitest';
import { neededFiles } from './needed-files.js';

const REPO = 'owner/model';

function needed(paths: readonly string[], quantisation?: string): string[] {
  const entries = paths.map((path) => ({ type: 'file', path }) as ListFileEntry);
  return neededFiles({ kind: 'hub', repo: REPO, ...(quantisation && { quantisation }) }, entries).map(
    ({ path }) => path,
  );
}

const refused = (message: string | RegExp) =>
  expect.objectContaining({ code: 'models.not-found', message: expect.stringMatching(message) });

const GGUF = ['README.md', 'Model-1B-Q4_K_M.gguf', 'Model-1B-Q8_0.gguf', 'Model-1B-f16.gguf'];

describe('the files of a repository that a model needs', () => {
  it('are its safetensors, once, with what describes them', () => {
    const files = [
      'config.json',
      'tokenizer.json',
      'model.safetensors',
      'consolidated.safetensors',
      'model.bin',
    ];
    expect(needed([...files, 'onnx/model.safetensors'])).toEqual(files.slice(0, 3));
    expect(needed(['config.json', 'weights.safetensors'])).toEqual(['config.json', 'weights.safetensors']);
  });

  it('are its only GGUF file, beside what turns pictures into tokens', () => {
    expect(needed(['config.json', 'model.gguf', 'mmproj-model-f16.gguf'])).toEqual(['model.gguf']);
  });

  it.each([
    ['Q8_0', 'Model-1B-Q8_0.gguf'],
    ['q4_k_m', 'Model-1B-Q4_K_M.gguf'],
    ['F16', 'Model-1B-f16.gguf'],
  ])('are the GGUF file of %s where that is asked for', (quantisation, file) => {
    expect(needed(GGUF, quantisation)).toEqual([file]);
    expect(needed([...GGUF, 'model.safetensors', 'mmproj-Model-1B-f16.gguf'], quantisation)).toEqual([file]);
  });

  it('may end behind a point', () => {
    expect(needed(['model.Q4_0.gguf', 'model.Q5_0.gguf'], 'Q4_0')).toEqual(['model.Q4_0.gguf']);
  });

  it('must be chosen where there are several GGUF files', () => {
    const there = 'as in owner/model:Q4_K_M; there are F16, Q4_K_M, Q8_0';
    expect(() => needed(GGUF)).toThrow(
      refused(`no safetensors but 3 GGUF files: give one by its quantisation, ${there}$`),
    );
    expect(() => needed(GGUF, 'Q2_K')).toThrow(
      refused(`holds no GGUF files of Q2_K: give one by its quantisation, ${there}$`),
    );
    expect(() => needed(GGUF.slice(2))).toThrow(refused('as in owner/model:F16; there are F16, Q8_0'));
  });

  it('can not be told apart where two are of one quantisation, or none is named', () => {
    const twice = ['a-Q8_0.gguf', 'b-Q8_0.gguf', 'a-Q4_0.gguf'];
    expect(() => needed(twice, 'Q8_0')).toThrow(refused('holds 2 GGUF files of Q8_0: .*; there are Q4_0$'));
    expect(() => needed(twice.slice(0, 2))).toThrow(refused('download one and give its path'));
    expect(() => needed(['1.gguf', '2.gguf'])).toThrow(refused('download one and give its path'));
  });

  it('are refused where there are none', () => {
    expect(() => needed(['config.json', 'model.bin'])).toThrow(
      refused('holds no safetensors: choose another'),
    );
    expect(() => needed(['model.safetensors'], 'Q8_0')).toThrow(
      refused('holds no GGUF files of Q8_0, nor of any other'),
    );
    expect(() =>
      needed(['model-Q8_0-00001-of-00002.gguf', 'model-Q8_0-00002-of-00002.gguf'], 'Q8_0'),
    ).toThrow(refused('nor of any other quantisation in one file'));
  });
});
