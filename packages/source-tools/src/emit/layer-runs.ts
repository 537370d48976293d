/** A layer as a phase calls it: the function, and the variables of what it shares with others, by the function's parameters. */
export interface LayerCall {
  readonly index: number;
  readonly callee: string;
  readonly shared: ReadonlyMap<string, string>;
}

/** A condition on `index` that tells two kinds of layers apart. */
export interface LayerRule {
  readonly condition: string;
  /** By the index of a layer: whether the condition holds. */
  readonly holds: readonly boolean[];
}

/** Consecutive layers that one loop runs. */
export interface LayerRun {
  readonly first: number;
  readonly last: number;
  /** What its layers call, and with what. */
  readonly call: LayerCall;
  /** What those call for which the rule holds, where the loop has two kinds. */
  readonly other?: { readonly call: LayerCall; readonly condition: string };
}

/** Layers one after the other as few loops: of those that are alike, or of two kinds that take turns by the rule. */
export function layerRuns(calls: readonly LayerCall[], rule: LayerRule | undefined): LayerRun[] {
  const groups = groupsOf(calls);
  const kinds = [...new Map(calls.map((call) => [meaningOf(call), call])).values()];
  if (groups.length > 2 && kinds.length === 2 && rule !== undefined) {
    const holds = ({ index }: LayerCall) => rule.holds[index] === true;
    const [call, other] = [kinds.find((kind) => !holds(kind)), kinds.find(holds)];
    const isRight = (each: LayerCall) => meaningOf(each) === meaningOf((holds(each) ? other : call) ?? each);
    if (call && other && calls.every(isRight) && goTogether(call, other)) {
      return [{ ...ends(calls), call, other: { call: other, condition: rule.condition } }];
    }
  }
  return groups.map((group) => ({ ...ends(group), call: group[0] as LayerCall }));
}

/** Whether one object can hold what both take: two functions get the same one. */
function goTogether(a: LayerCall, b: LayerCall): boolean {
  return (
    a.callee === b.callee || [...a.shared].every(([name, value]) => (b.shared.get(name) ?? value) === value)
  );
}

function ends(calls: readonly LayerCall[]): Pick<LayerRun, 'first' | 'last'> {
  return { first: (calls[0] as LayerCall).index, last: (calls.at(-1) as LayerCall).index };
}

function groupsOf(calls: readonly LayerCall[]): LayerCall[][] {
  const groups: LayerCall[][] = [];
  for (const call of calls) {
    const last = groups.at(-1);
    if (last !== undefined && meaningOf(last[0] as LayerCall) === meaningOf(call)) last.push(call);
    else groups.push([call]);
  }
  return groups;
}

function meaningOf({ callee, shared }: LayerCall): string {
  return JSON.stringify([callee, ...shared]);
}
