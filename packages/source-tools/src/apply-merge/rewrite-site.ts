import type { SourceProject } from '../project/source-project.js';
import { insertArgument } from './insert-items.js';
import { mergeFunctionOf } from './merge-function.js';
import { editMerge, isNothing, mergeLiteral, objectOf, type Wanted } from './merge-options.js';
import type { MergeSite } from './merge-sites.js';
import { type OptionRewrite, type Rewritten, rewriteOption } from './option-property.js';
import { editPasses } from './passes.js';
import { refused } from './refused.js';

/**
 * The edits that make one call merge.
 *
 * @throws GeodesicError `source.refused`
 */
export function rewriteSite(site: MergeSite, wanted: Wanted, project: SourceProject): Rewritten {
  return site.kind === 'session'
    ? rewriteSession(site, wanted, project)
    : rewriteCompile(site, wanted, project);
}

/** A session that merges by a pass goes on doing so: another merge would stand before it. */
function rewriteSession(site: MergeSite, wanted: Wanted, project: SourceProject): Rewritten {
  const byOption = rewriteArgument(site, mergeOption(wanted), wanted);
  const byPass = rewriteArgument(
    site,
    passesOption(wanted, project, () => ''),
    wanted,
  );
  if (!byPass.merged) return byOption;
  if (!byOption.merged) return byPass;
  throw refused(site.call, "it merges by 'merge' and by 'passes': which one is meant can't be told");
}

function mergeOption(wanted: Wanted): OptionRewrite {
  return {
    name: 'merge',
    text: mergeLiteral(wanted),
    edit: (value) => ({ edits: editMerge(value, wanted), merged: !isNothing(objectOf(value).node) }),
  };
}

function passesOption(wanted: Wanted, project: SourceProject, mergeFunction: () => string): OptionRewrite {
  return {
    name: 'passes',
    get text() {
      return `[${mergeFunction()}(${mergeLiteral(wanted)})]`;
    },
    edit: (value) => editPasses(value, wanted, project, mergeFunction),
  };
}

/** Where a merge is added to the passes, the file must know `slerpMerge`. */
function rewriteCompile(site: MergeSite, wanted: Wanted, project: SourceProject): Rewritten {
  const mergeFunction = () => mergeFunctionOf(site.call.getExpression(), project, wanted.style);
  const option = passesOption(wanted, project, () => mergeFunction().name);
  const rewritten = rewriteArgument(site, option, wanted);
  return rewritten.merged
    ? rewritten
    : { ...rewritten, edits: [...mergeFunction().imports, ...rewritten.edits] };
}

function rewriteArgument({ call, argument }: MergeSite, option: OptionRewrite, wanted: Wanted): Rewritten {
  const given = call.getArguments();
  const options = given[argument];
  if (options !== undefined) return rewriteOption({ node: options, given: new Map() }, option, wanted);
  if (given.length < argument) throw refused(call, 'it has no model');
  const text = wanted.style.object([`${option.name}: ${option.text}`]);
  return { edits: insertArgument(call, text, wanted.style), merged: false };
}
