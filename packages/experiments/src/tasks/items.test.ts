import { describe, expect, it } from 'vitest';
import type { Cell, TaskKind, TaskOf } from '../grid/cell.js';
import { characterTokenizer } from '../testing/character-tokenizer.js';
import { Corpus } from '../texts/corpus.js';
import { type AnswerItem, encodeAnswer } from './answer-item.js';
import { copyItems } from './copy.js';
import { Group } from './group.js';
import { needleItems } from './needle.js';
import { recallItems } from './recall.js';
import type { CellOf, TaskContext } from './task-run.js';

const text = Array.from({ length: 300 }, (_, i) => `The speech goes on with sentence ${i}.`).join(' ');

const context = {
  tokenizer: characterTokenizer,
  corpus: new Corpus('test', [{ id: 'a', text }]),
  group: new Group('g'),
  seed: 3,
  now: () => 0,
  alive: async () => {},
} as unknown as TaskContext;

function cellOf<Kind extends TaskKind>(task: TaskOf<Kind>, length: number): CellOf<Kind> {
  const cell: Cell = { key: 'k', model: 'm', text: 'test', length, task, variant: { label: 'base' } };
  return cell as CellOf<Kind>;
}

const show = ({ prompt, answer }: AnswerItem) => [
  characterTokenizer.decode(prompt),
  characterTokenizer.decode(answer),
];

describe('items of needles', () => {
  it.each([0, 0.5, 1])('hide what is asked for at depth %f', (depth) => {
    const items = needleItems(cellOf({ kind: 'needle', of: 'codes', depth, items: 5 }, 400), context);
    expect(items).toHaveLength(5);
    for (const [prompt, answer] of items.map(show) as [string, string][]) {
      expect(answer).toMatch(/^ \d{5}$/);
      const [, haystack, subject] = /^(.*)\n\n(.*)$/s.exec(prompt) as unknown as [string, string, string];
      expect(haystack).toHaveLength(400);
      expect(haystack.match(/ The secret code of \w+ is \d{5}\./g)).toHaveLength(3);
      const place = haystack.indexOf(` ${subject}${answer}.`);
      expect(place).toBeGreaterThan(0);
      // The other two facts, of about 35 characters each, may stand before it.
      expect(Math.abs(place - depth * 300)).toBeLessThan(80);
    }
  });

  it.each([
    ['names', 'surname', 'The secret friend of ', /^ [A-Z][a-z]+$/],
    ['words', 'words of the text', 'The password of ', /^( [a-z]{4,}){3}$/],
    ['lists', 'words of the text', 'The list of ', /^( [a-z]{4,},){2} [a-z]{4,}$/],
    ['settings', 'words of the text', /\s[a-z]+ =/, /^( [a-z]{4,}){3}$/],
    ['addresses', 'words of the text', 'Write to ', /^ [a-z]{4,}\.[a-z]{4,}@[a-z]{4,}\.org$/],
    ['rows', 'words of the text', /\s\| [A-Z][a-z]+ \|/, /^( [a-z]{4,}){3}$/],
    ['quotes', 'words of the text', /\s[A-Z][a-z]+ said:/, /^ "([a-z]{4,} ){2}[a-z]{4,}$/],
  ] as const)('of %s ask for a %s', (of, _, subject, pattern) => {
    const [item] = needleItems(cellOf({ kind: 'needle', of, depth: 0.5, items: 1 }, 400), context);
    const [prompt, answer] = show(item as AnswerItem) as [string, string];
    expect(answer).toMatch(pattern);
    expect(prompt.split(subject)).toHaveLength(5);
  });
});

it('items of needles name another surname in each fact', () => {
  for (const { prompt } of needleItems(
    cellOf({ kind: 'needle', of: 'names', depth: 0.5, items: 20 }, 400),
    context,
  )) {
    const named = characterTokenizer.decode(prompt).matchAll(/ The secret friend of \w+ is (\w+)\./g);
    expect(new Set([...named].map(([, surname]) => surname)).size).toBe(3);
  }
});

it('items of needles have a prompt with one token of the passage less, and the same facts', () => {
  const items = needleItems(cellOf({ kind: 'needle', of: 'codes', depth: 0.5, items: 20 }, 400), context);
  for (const { prompt, shorterPrompt = [] } of items) {
    const differs = prompt.findIndex((id, i) => id !== shorterPrompt[i]);
    expect(shorterPrompt).toEqual(prompt.filter((_, i) => i !== differs));
    const facts = (ids: readonly number[]) =>
      characterTokenizer.decode(ids).match(/ The secret code of \w+ is \d{5}\./g);
    expect(facts(shorterPrompt)).toHaveLength(3);
    expect(facts(shorterPrompt)).toEqual(facts(prompt));
  }
});

describe('items of copying', () => {
  it.each(['words', 'letters', 'digits'] as const)('repeat a part of a string of %s', (of) => {
    const task = { kind: 'copy', of, cue: 6, answer: 10, items: 8 } as const;
    for (const [prompt, answer] of copyItems(cellOf(task, 100), context).map(show) as [string, string][]) {
      expect(answer).toHaveLength(10);
      const [string, cue] = [prompt.slice(0, 100), prompt.slice(100)];
      expect(cue).toHaveLength(6);
      expect(string).toContain(cue + answer);
      const alphabet = { words: /^[a-z ]+$/, letters: /^[a-z ]+$/, digits: /^[0-9 ]+$/ }[of];
      expect(string).toMatch(alphabet);
    }
  });
});

describe('items of recall', () => {
  it('ask for the value of a key that is there once', () => {
    const items = recallItems(cellOf({ kind: 'recall', items: 8 }, 120), context);
    for (const [prompt, answer] of items.map(show) as [string, string][]) {
      const key = prompt.slice(prompt.lastIndexOf('\n') + 1);
      const lines = prompt.split('\n').slice(0, -1);
      expect(lines.length).toBeGreaterThan(8);
      expect(lines.filter((line) => line.startsWith(key))).toEqual([key + answer]);
      expect(prompt.length - key.length).toBeLessThanOrEqual(120);
    }
  });
});

describe('a question and its answer', () => {
  it('are parted where their tokens are', () => {
    // Pairs of characters are a token: the question's last character goes with the answer's first.
    const pairs = {
      ...characterTokenizer,
      encode: (text: string) =>
        (text.match(/..?/gs) ?? []).map((pair) => parseInt(Buffer.from(pair).toString('hex'), 16)),
    };
    const whole = pairs.encode('abcde');
    expect(encodeAnswer(pairs, 'abc', 'de')).toEqual({ prompt: whole.slice(0, 1), answer: whole.slice(1) });
    expect(encodeAnswer(pairs, 'abcd', 'e')).toEqual({ prompt: whole.slice(0, 2), answer: whole.slice(2) });
  });
});
