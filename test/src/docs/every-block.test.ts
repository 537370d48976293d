import { describe, expect, it } from 'vitest';
import { commandsOf, pageCommands } from './commands.js';
import { NOT_RUN } from './not-run.js';
import { type Block, blocksOf, PAGES, placeOf, SCRIPTS } from './pages.js';

const HOW = 'or list it in test/src/docs/not-run.ts, with the reason why no test can run it';

/** What no test of this folder runs, and what to do about it. */
function unchecked(block: Block): string[] {
  const { language, page, code } = block;
  if (language === 'sh') {
    return commandsOf(block)
      .filter((command) => !command.startsWith('npx geodesic ') && !(command in NOT_RUN))
      .map((command) => `${placeOf(block)}: '${command}' is not run: begin it with 'npx geodesic', ${HOW}`);
  }
  const isChecked = ['ts', 'json', 'yaml'].includes(language) || (language === 'text' && SCRIPTS.has(page));
  if (isChecked || (code.split('\n')[0] as string) in NOT_RUN) return [];
  const script =
    'printed text (```text) belongs to pages that are one script (SCRIPTS in test/src/docs/pages.ts)';
  return [
    `${placeOf(block)}: a block of '${language}' is not run: make it ts, sh, json or yaml (${script}), ${HOW}`,
  ];
}

describe('the pages', () => {
  it('have no block that is neither run nor listed', () => {
    expect(PAGES.flatMap((page) => blocksOf(page)).flatMap(unchecked)).toEqual([]);
  });

  it('have everything that is listed as not run', () => {
    const firstLines = PAGES.flatMap((page) => blocksOf(page)).map(
      ({ code }) => code.split('\n')[0] as string,
    );
    const present = new Set([...firstLines, ...PAGES.flatMap(pageCommands).map(({ command }) => command)]);
    expect(Object.keys(NOT_RUN).filter((line) => !present.has(line))).toEqual([]);
  });
});

describe('unchecked', () => {
  const judged = (text: string, page = 'docs/guide.md') => blocksOf(page, text).flatMap(unchecked);

  it.each([
    [
      'an unknown command',
      '```sh\nnpm run nonsense # why not\n```',
      "docs/guide.md:2: 'npm run nonsense' is not run",
    ],
    [
      'an unknown language',
      'Text.\n\n```python\nimport os\n```',
      "docs/guide.md:4: a block of 'python' is not run",
    ],
    ['no language', '```\nsomething\n```', "docs/guide.md:2: a block of '' is not run"],
    ['printed text of no script', '```text\n1\n```', "docs/guide.md:2: a block of 'text' is not run"],
    [
      'a block in a list',
      '- So:\n  ```rust\n  fn f() {}\n  ```',
      "docs/guide.md:3: a block of 'rust' is not run",
    ],
  ])('names %s', (_, text, message) => {
    expect(judged(text)).toEqual([expect.stringContaining(message)]);
  });

  it('takes what runs', () => {
    expect(judged('```sh\nnpx geodesic models\n```\n\n```ts\nf();\n```\n\n```yaml\na: 1\n```')).toEqual([]);
    expect(judged('```text\n1\n```', 'docs/concepts.md')).toEqual([]);
  });

  it('needs closed blocks', () => {
    expect(() => blocksOf('docs/guide.md', '```sh\nnpm ci\n')).toThrow(
      'docs/guide.md:1: this block is never closed',
    );
  });
});
