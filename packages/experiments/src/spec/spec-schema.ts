import { z } from 'zod';

/** More of anything would only fill the memory. */
const MOST = 1e6;
const count = z.int().min(1).max(MOST);
const share = z.number().min(0).max(1);
const nonEmpty = <Item extends z.ZodType>(item: Item) => z.array(item).min(1);

/** A text that passages are cut from: a shipped one by name, or a file of the user's, relative to the spec. */
const text = z.union([z.enum(['sotu', 'moby-dick']), z.strictObject({ file: z.string().min(1) })]);

/** Merge options are the compiler's, which checks them; only the name that reports show is the spec's own. */
const merge = z.looseObject({ label: z.string().min(1).optional() });

const TASKS = z.strictObject({
  nextToken: z.strictObject({ suffix: count.default(64) }).optional(),
  copy: z
    .strictObject({
      of: nonEmpty(z.enum(['words', 'letters', 'digits'])).default(['words']),
      cue: count.default(8),
      answer: count.default(16),
      items: count.default(32),
    })
    .optional(),
  recall: z.strictObject({ items: count.default(32) }).optional(),
  needle: z
    .strictObject({
      of: nonEmpty(
        z.enum(['codes', 'names', 'words', 'lists', 'settings', 'addresses', 'quotes', 'rows']),
      ).default(['codes']),
      depths: nonEmpty(share).default([0.1, 0.5, 0.9]),
      items: count.default(32),
    })
    .optional(),
  answers: z.strictObject({ maxNewTokens: count.default(256) }).optional(),
  speed: z.strictObject({ repeats: count.default(5), newTokens: count.default(16) }).optional(),
  trace: z.strictObject({}).optional(),
});

/**
 * What merges are compared with. The first four leave as many slots of a prompt as the merge beside them: of each group only the last
 * token, or the mean; instead of merging, the middle cut out, or the longest keys evicted. The last merges nothing, and tells how firmly
 * the model stands by its own answers.
 */
const BASELINES = [
  'drop',
  'mean',
  'middle',
  'key-norm',
  'reference',
  'no-context',
  'one-token-less',
] as const;

/** What each curve of a plot is drawn over, and what there is one panel for. */
const AXES = ['length', 'layer', 'depth'] as const;

const plot = z.strictObject({
  metric: z.string().min(1),
  x: z.enum(AXES),
  facet: z.enum([...AXES, 'model', 'text', 'task']).optional(),
});

/** A spec as its file says it, defaults filled in. */
export const specSchema = z.strictObject({
  name: z.string().regex(/^[\w-]+$/, 'a name of letters, digits, _ and -'),
  description: z.string().default(''),
  /** Chooses passages, random strings and bootstrap samples. */
  seed: z.int().min(0).default(0),
  models: nonEmpty(z.string().min(1)),
  texts: nonEmpty(text).default(['sotu']),
  /** Which documents passages may come from: defaults are chosen on `train`, and judged on `held-out`. */
  split: z.enum(['train', 'held-out', 'all']).default('held-out'),
  /** How many passages, for tasks that read passages. */
  passages: count.default(20),
  lengths: nonEmpty(count),
  /** None where every merge has layers of its own. */
  layers: z.array(z.int().min(0)).default([]),
  /** The depth that `layers` are written for; they are scaled to each model's. Without it they are the model's own. */
  layersOf: count.optional(),
  merges: z.array(merge).default([]),
  baselines: z.array(z.enum(BASELINES)).default([]),
  tasks: TASKS.refine((tasks) => Object.keys(tasks).length > 0, 'at least one task is needed'),
  bootstrap: z
    .strictObject({ samples: count.default(1000), confidence: z.number().gt(0).lt(1).default(0.95) })
    .default({ samples: 1000, confidence: 0.95 }),
  plots: z.array(plot).default([]),
});

export type Spec = z.infer<typeof specSchema>;
export type TextChoice = Spec['texts'][number];
export type BaselineName = Spec['baselines'][number];
/** What is copied, and what is hidden to be found. */
export type CopyKind = NonNullable<Spec['tasks']['copy']>['of'][number];
export type NeedleKind = NonNullable<Spec['tasks']['needle']>['of'][number];
export type Plot = Spec['plots'][number];
export type Split = Spec['split'];
