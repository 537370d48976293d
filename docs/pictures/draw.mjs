// Draws the pictures of docs/concepts.md from what the library computes: node docs/pictures/draw.mjs [FOLDER]
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachePicture } from './cache-picture.mjs';
import { domainPicture } from './domain-picture.mjs';
import { exampleModel } from './example.mjs';
import { maskPicture } from './mask-picture.mjs';
import { mergePicture } from './merge-picture.mjs';
import { streamingPicture } from './streaming-picture.mjs';

const WINDOW = 6;

const folder = process.argv[2] ?? import.meta.dirname;
const model = await exampleModel(WINDOW);
const pictures = {
  domains: domainPicture(),
  merge: await mergePicture(model),
  masks: await maskPicture(model, WINDOW),
  caches: await cachePicture(model),
  streaming: await streamingPicture(model),
};
model.dispose();
for (const [name, picture] of Object.entries(pictures)) await writeFile(join(folder, `${name}.svg`), picture);
