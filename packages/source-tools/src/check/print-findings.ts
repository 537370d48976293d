import { relative } from 'node:path';
import type { Finding } from './finding.js';

export const FINDING_FORMATS = ['text', 'json', 'github'] as const;

export type FindingFormat = (typeof FINDING_FORMATS)[number];

/** Findings as lines for people, as JSON, or as annotations of GitHub Actions; files are named from `folder` on. */
export function printFindings(findings: readonly Finding[], format: FindingFormat, folder: string): string {
  const named = findings.map((finding) => ({
    ...finding,
    file: relative(folder, finding.file) || finding.file,
  }));
  if (format === 'json') return JSON.stringify({ findings: named }, null, 2);
  return named.map(format === 'github' ? annotation : textLine).join('\n');
}

function textLine({ file, line, column, severity, code, message }: Finding): string {
  return `${file}:${line}:${column}: ${severity}: ${message} (${code})`;
}

/** See "Workflow commands for GitHub Actions": values are escaped as URLs are, those of properties further. */
function annotation({ file, line, column, severity, code, message }: Finding): string {
  const properties = Object.entries({ file, line, col: column, title: `geodesic ${code}` });
  const listed = properties.map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${severity} ${listed.join(',')}::${escapeMessage(message)}`;
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
