import { GeodesicError } from '@geodesic/compiler';
import { describe, expect, it } from 'vitest';
import { SpecFile } from './spec-file.js';

const GOOD = `name: small
models: [tiny]
lengths: [8]
layers: [1]
merges:
  - keepStart: 0
tasks:
  nextToken: { suffix: 4 }
`;

function refusal(source: string): string {
  try {
    new SpecFile('a.yaml', source);
  } catch (error) {
    expect(error).toBeInstanceOf(GeodesicError);
    expect((error as GeodesicError).code).toBe('experiment.spec');
    return (error as GeodesicError).message;
  }
  throw new Error('the spec was taken');
}

describe('a spec file', () => {
  it('is read with defaults', () => {
    const { spec } = new SpecFile('a.yaml', GOOD);
    expect(spec).toMatchObject({
      texts: ['sotu'],
      split: 'held-out',
      seed: 0,
      merges: [{ keepStart: 0 }],
      tasks: { nextToken: { suffix: 4 } },
      bootstrap: { samples: 1000, confidence: 0.95 },
    });
  });

  it.each([
    ['an unknown key', `${GOOD}modles: [x]\n`, /^a\.yaml:9: .*'modles'/],
    ['an unknown key inside', GOOD.replace('suffix', 'sufix'), /^a\.yaml:8: .*'sufix'.*'tasks\.nextToken'/],
    ['an unknown task', `${GOOD}  speeed: {}\n`, /^a\.yaml:9: .*'speeed'/],
    ['a value of a wrong type', GOOD.replace('[8]', '[many]'), /^a\.yaml:3: 'lengths\.0'/],
    ['a value out of range', GOOD.replace('[8]', '\n  - 4\n  - 0'), /^a\.yaml:5: 'lengths\.1'/],
    ['a missing key', GOOD.replace('lengths: [8]\n', ''), /^a\.yaml:1: 'lengths'/],
    ['no task', GOOD.replace(/tasks[\s\S]*$/, 'tasks: {}\n'), /^a\.yaml:7: .*at least one task/],
    ['broken YAML', GOOD.replace('[tiny]', '[tiny'), /^a\.yaml:[23]: /],
    ['a key that is there twice', `${GOOD}lengths: [9]\n`, /^a\.yaml:9: /],
    ['a key that is no text', `${GOOD}? [a, b]\n: c\n`, /^a\.yaml:9: there is no key '\[ a, b \]'/],
    ['an alias of nothing', GOOD.replace('keepStart: 0', '*nope'), /^a\.yaml:6: Unresolved alias .*nope/],
    [
      'aliases that grow beyond all measure',
      `${GOOD}a: &a [${'x,'.repeat(9)}]\nb: &b [${'*a,'.repeat(20)}]\nc: [${'*b,'.repeat(20)}]\n`,
      /^a\.yaml:10: Excessive alias count/,
    ],
    ['a count beyond all use', `${GOOD}passages: 9007199254740991\n`, /^a\.yaml:9: 'passages': Too big/],
    [
      'a suffix beyond all use',
      GOOD.replace('4', '2000000'),
      /^a\.yaml:8: 'tasks\.nextToken\.suffix': Too big/,
    ],
    ['what is no mapping', '- 1\n', /^a\.yaml:1: /],
  ])('is refused for %s, with its line', (_, source, message) => {
    expect(refusal(source)).toMatch(message);
  });

  it('writes nothing on the console where it is refused', async () => {
    const warned: Error[] = [];
    const listen = (warning: Error) => warned.push(warning);
    process.on('warning', listen);
    refusal(`${GOOD}? [a, b]\n: c\n`);
    await new Promise(setImmediate);
    process.off('warning', listen);
    expect(warned).toEqual([]);
  });

  it('names the line of a value', () => {
    const file = new SpecFile('a.yaml', GOOD);
    expect(file.faultAt(['merges', 0, 'keepStart'], 'bad').message).toBe('a.yaml:6: bad');
    expect(file.faultAt(['merges', 0], 'bad').message).toBe('a.yaml:6: bad');
    expect(file.faultAt(['layers'], 'bad').message).toBe('a.yaml:4: bad');
    expect(file.faultAt(['texts', 0], 'the default is bad').message).toBe('a.yaml:1: the default is bad');
  });
});
