import { aligned, type Table } from '../aligned.js';
import { type ArchitectureList, listArchitectures } from '../architecture-list.js';

export interface ModelsCommandOptions {
  readonly json?: boolean;
  readonly markdown?: boolean;
}

/** Prints every architecture, and what a merge does with its positions and masks. */
export function modelsCommand({ json, markdown }: ModelsCommandOptions): void {
  const list = listArchitectures();
  const text = json ? JSON.stringify(list, null, 2) : markdown ? markdownPage(list) : plainText(list);
  process.stdout.write(`${text}\n`);
}

function plainText(list: ArchitectureList): string {
  const rows = list.architectures.map(({ name, knownFor, positions, masks }) => [
    name,
    positions.join(', '),
    masks.join(', '),
    knownFor,
  ]);
  return [
    aligned([['architecture', 'positions', 'masks', 'known for'], ...rows]),
    '',
    'What slerpMerge does with',
    aligned([...Object.entries(list.positions), ...Object.entries(list.masks)], { indent: '  ' }),
  ].join('\n');
}

/** `docs/architectures.md`, whole. */
function markdownPage(list: ArchitectureList): string {
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ');
  const rows = list.architectures.map((one) => [
    code([one.name]),
    one.knownFor,
    code(one.modelTypes),
    code(one.ggufTypes),
    one.positions.join(', '),
    one.masks.join(', '),
  ]);
  return [
    '# Architectures',
    '',
    'Printed by `geodesic models --markdown`; a test holds this page to it.',
    '',
    'A checkpoint is one of these by its `model_type` in `config.json`, or by `general.architecture` in its GGUF file. A config with a',
    'field that may change the arithmetic and is not computed with is refused, by the name of the field.',
    '',
    table([['architecture', 'known for', '`model_type`', 'GGUF', 'positions', 'masks'], ...rows]),
    '',
    '## What slerpMerge does with positions',
    '',
    table([['positions', 'behind a merge'], ...Object.entries(list.positions)]),
    '',
    '## What slerpMerge does with masks',
    '',
    table([['mask', 'behind a merge'], ...Object.entries(list.masks)]),
  ].join('\n');
}

function table([head = [], ...rows]: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
