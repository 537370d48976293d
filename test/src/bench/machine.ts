import { cpus, totalmem } from 'node:os';

/** The machine that figures were measured on. */
export function describeMachine(): string {
  const processors = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(0);
  return `${processors[0]?.model ?? 'unknown processor'}, ${processors.length} cores, ${memory} GiB, Node ${process.version}`;
}
