/** A condition on `index` that says which layers are of the second kind. */
export function ruleOf(isSecond: readonly boolean[]): string | undefined {
  const holds = (rule: (index: number) => boolean) => isSecond.every((second, i) => second === rule(i));
  const from = isSecond.indexOf(true);
  if (holds((i) => i >= from)) return `index >= ${from}`;
  for (const relation of ['===', '!=='] as const) {
    for (let period = 2; period < isSecond.length; period++) {
      const rest = Array.from({ length: period }, (_, i) => i).find((candidate) =>
        holds((i) => (i % period === candidate) === (relation === '===')),
      );
      if (rest === undefined) continue;
      return rest === period - 1
        ? `(index + 1) % ${period} ${relation} 0`
        : `index % ${period} ${relation} ${rest}`;
    }
  }
  return undefined;
}
