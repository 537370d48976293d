import type { SourceLocation } from '@geodesic/compiler';

/**
 * Where the caller of `callee` stands, from the stack trace: the first frame above `callee`. Nothing where the engine has no
 * `Error.captureStackTrace` (Firefox, Safari).
 */
export function callerOf(callee: (...args: never[]) => unknown): SourceLocation | undefined {
  if (typeof Error.captureStackTrace !== 'function') return undefined;
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(holder, callee);
  Error.stackTraceLimit = limit;
  const match = /\(?((?:file:\/\/|[A-Za-z]:|\/|https?:\/\/).*?):(\d+):(\d+)\)?$/m.exec(holder.stack ?? '');
  if (!match) return undefined;
  return { file: shorten(match[1] as string), line: Number(match[2]), column: Number(match[3]) };
}

/** The last two segments: enough to find the file, the same on every machine. */
function shorten(file: string): string {
  const segments = file.split(/[/\\]/).slice(-2);
  return (/^\w+:\/\//.test(file) ? segments.map(readable) : segments).join('/');
}

/** A segment of a URL as it is called on the disk. */
function readable(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
