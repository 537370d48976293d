import { GeodesicError, resolveMergeOptions, type SlerpMergeOptions } from '@geodesic/compiler';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { SourceFile } from 'ts-morph';
import { checkText } from '../check/check-sources.js';
import { Evaluator } from '../evaluate/evaluator.js';
import { UNKNOWN } from '../evaluate/unknown.js';
import { placeOf } from '../project/source-place.js';
import { readSource, SourceProject } from '../project/source-project.js';
import { applyEdits } from './edits.js';
import type { Wanted } from './merge-options.js';
import { type MergeSite, mergeSites } from './merge-sites.js';
import type { Rewritten } from './option-property.js';
import { refused } from './refused.js';
import { rewriteSite } from './rewrite-site.js';
import { SourceStyle } from './source-style.js';
import { openTyped, typeErrorsOf } from './typed-project.js';

/** A file before and behind a rewriting. */
export interface AppliedMerge {
  readonly before: string;
  /** The same text where there was nothing to change. */
  readonly source: string;
  /** Unified; empty where there was nothing to change. */
  readonly diff: string;
}

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Rewrites a program so that the sessions that it opens and the models that it compiles merge tokens. Everything else stays as it is
 * written. Nothing is run, and nothing is written to disk.
 *
 * @param options.line rewrite only what begins in this line
 * @throws GeodesicError `source.refused` with `file:line:column` and the reason where it can't be done safely, `source.file`,
 *   `source.tsconfig`, `merge.option`
 */
export function applyMerge(
  path: string,
  merge: SlerpMergeOptions,
  { line }: { readonly line?: number } = {},
): AppliedMerge {
  resolveMergeOptions(merge);
  const before = readSource(path);
  const mark = before.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  const text = before.slice(mark.length);
  const { project: typed, file } = openTyped(path, text);
  const project = new SourceProject(typed);
  const wanted: Wanted = { merge, style: new SourceStyle(file), evaluator: literalsOf(project) };
  const all = mergeSites(file, project);
  const sites = selected(all, file, line);
  const rewritten = sites.map((site) => rewriteSite(site, wanted, project));
  for (const site of all.filter((one) => !sites.includes(one))) checkApart(site, rewritten, wanted, project);
  checkAlike(sites, rewritten);
  const source = applyEdits(
    text,
    rewritten.flatMap(({ edits }) => edits),
  );
  if (source !== text) checkResult(path, source, file, sites[0] as MergeSite);
  const diff = source === text ? '' : unifiedDiff(path, before, mark + source);
  return { before, source: mark + source, diff };
}

function unifiedDiff(path: string, before: string, after: string): string {
  const options = { headerOptions: FILE_HEADERS_ONLY };
  return createTwoFilesPatch(path, path, before, after, 'as it is', 'merged', options);
}

/** Tells the values of literals and constants; calls of geodesic are of no interest here. */
function literalsOf(project: SourceProject): Evaluator {
  const unknown = () => UNKNOWN;
  return new Evaluator(project, { constant: unknown, call: unknown, method: unknown });
}

function selected(
  sites: readonly MergeSite[],
  file: SourceFile,
  line: number | undefined,
): readonly MergeSite[] {
  const chosen = line === undefined ? sites : sites.filter(({ call }) => placeOf(call).line === line);
  if (chosen.length > 0) return chosen;
  const where = line === undefined ? '' : ` in line ${line}`;
  throw refused(
    file,
    `it opens no session and compiles no model${where}, as far as can be told: that is where a merge is asked for`,
  );
}

/** A call that shall stay as it is must not share what is rewritten for another; imports may be shared. */
function checkApart(
  site: MergeSite,
  rewritten: readonly Rewritten[],
  wanted: Wanted,
  project: SourceProject,
): void {
  const behindImports = Math.max(
    0,
    ...site.call
      .getSourceFile()
      .getImportDeclarations()
      .map((one) => one.getEnd()),
  );
  const places = (edits: Rewritten['edits']) =>
    edits.filter(({ start }) => start > behindImports).map(({ start, end }) => `${start}:${end}`);
  const own = new Set(rewritten.flatMap(({ edits }) => places(edits)));
  if (!places(editsOf(site, wanted, project)).some((place) => own.has(place))) return;
  throw refused(site.call, 'it has the same options as what is to be rewritten, and would merge too');
}

/** None where it could not be rewritten. */
function editsOf(site: MergeSite, wanted: Wanted, project: SourceProject): Rewritten['edits'] {
  try {
    return rewriteSite(site, wanted, project).edits;
  } catch (error) {
    if (error instanceof GeodesicError) return [];
    throw error;
  }
}

/** A file with both kinds compares them, and has to go on doing so. */
function checkAlike(sites: readonly MergeSite[], rewritten: readonly Rewritten[]): void {
  const plain = sites.find((_, i) => rewritten[i]?.merged === false);
  const merged = sites.find((_, i) => rewritten[i]?.merged === true);
  if (plain === undefined || merged === undefined) return;
  throw refused(
    plain.call,
    `this is unmerged and line ${placeOf(merged.call).line} is merged, as where both are compared: say which is meant with --at <line>`,
  );
}

/** Refuses a rewriting that would not compile, or merge behind a layer that the model lacks. */
function checkResult(path: string, after: string, file: SourceFile, { call }: MergeSite): void {
  const before = file.getFullText();
  const known = new Set(typeErrorsOf(file));
  const found = new Set(wrongIn(path, before));
  const refusal = (reason: string) => refused(call, reason);
  const wrong = wrongIn(path, after).find((message) => !found.has(message));
  if (wrong !== undefined) throw refusal(wrong);
  const place = refusal('what it becomes would not compile');
  file.replaceWithText(after);
  const error = typeErrorsOf(file).find((message) => !known.has(message));
  if (error !== undefined) throw new GeodesicError(place.code, `${place.message}: ${error}`);
}

function wrongIn(path: string, text: string): string[] {
  return checkText(path, text).flatMap(({ severity, message }) => (severity === 'error' ? [message] : []));
}
