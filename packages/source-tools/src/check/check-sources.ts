import { type SourceFile, SyntaxKind, ts } from 'ts-morph';
import { Evaluator } from '../evaluate/evaluator.js';
import { SourceProject } from '../project/source-project.js';
import type { Finding } from './finding.js';
import { Findings } from './findings.js';
import { ModelInterpreter } from './model-interpreter.js';
import { findUnusedParameters } from './unused-parameters.js';

/**
 * Reads modules without running them and finds what compiling their models and merges would refuse, as far as literals and
 * constants tell, and parameters that models ignore. What stands in modules that they import is followed, but found only where it
 * is asked for.
 *
 * @throws GeodesicError `source.file` for a file that can't be read
 * @returns findings by file, line and column
 */
export function checkSources(paths: readonly string[]): Finding[] {
  const project = new SourceProject();
  return checkFiles(
    project,
    paths.map((path) => project.open(path)),
  );
}

/** As `checkSources`, of a text that stands in for what a file holds. */
export function checkText(path: string, text: string): Finding[] {
  const project = new SourceProject();
  return checkFiles(project, [project.put(path, text)]);
}

function checkFiles(project: SourceProject, files: readonly SourceFile[]): Finding[] {
  const findings = new Findings();
  const evaluator = new Evaluator(project, new ModelInterpreter(findings));
  for (const file of files) {
    if (findSyntaxErrors(file, findings)) continue;
    evaluateCalls(file, evaluator, findings);
    findUnusedParameters(project, file, findings);
  }
  const asked = new Set<string>(files.map((file) => file.getFilePath()));
  return findings.list().filter(({ file }) => asked.has(file));
}

/** Calls inside of functions too: what is known there does not depend on their parameters. */
function evaluateCalls(file: SourceFile, evaluator: Evaluator, findings: Findings): void {
  const calls = [
    ...file.getDescendantsOfKind(SyntaxKind.CallExpression),
    ...file.getDescendantsOfKind(SyntaxKind.NewExpression),
  ];
  for (const call of calls) {
    findings.attempt(
      call,
      () => evaluator.evaluate(call),
      () => undefined,
    );
  }
}

function findSyntaxErrors(file: SourceFile, findings: Findings): boolean {
  const errors = file.getProject().getProgram().compilerObject.getSyntacticDiagnostics(file.compilerNode);
  for (const { start, messageText } of errors) {
    const node = file.getDescendantAtPos(start) ?? file;
    findings.add(node, 'source.syntax', ts.flattenDiagnosticMessageText(messageText, ' '));
  }
  return errors.length > 0;
}
