import { callPart, type ProductForm, partFunctions } from './product-form.js';
import { range } from './range.js';

/** Rows of a workgroup that has enough of them: their sums fill the registers of a rasteriser's invocation. */
export const BROADCAST_ROWS = 16;

/** What is left behind whole blocks of rows takes the first of these that holds it. */
const FEWER_ROWS = [4, 8] as const;

/** WGSL of the parts of a form for each number of rows, and of `main`, which chooses; `body` writes part w for `count` rows. */
export function partsByRows(form: ProductForm, body: (w: number, count: number) => string): string {
  const parts = [...FEWER_ROWS, BROADCAST_ROWS].map((count) =>
    partFunctions(form, phaseOf(count), (w) => body(w, count)),
  );
  const fewer = FEWER_ROWS.map((count) => `if (rowsLeft <= ${count}) { ${callPart(form, phaseOf(count))} }`);
  return `
    ${parts.join('\n')}
    fn main() {
      let group = i32(workgroupId.x);
      let rowsLeft = uniforms.rows - i32(workgroupId.y) * ${BROADCAST_ROWS};
      ${fewer.join(' else ')} else { ${callPart(form, phaseOf(BROADCAST_ROWS))} }
    }`;
}

const phaseOf = (count: number) => `rows${count}Of`;

/** Which lanes load what `count` rows have of x: rows of the first lanes, then of the next. */
export class BroadcastRows {
  readonly rows: readonly number[];
  /** Loads of each lane. */
  readonly loads: readonly number[];

  constructor(
    count: number,
    readonly lanes: number,
  ) {
    this.rows = range(count);
    this.loads = range(Math.ceil(count / lanes));
  }

  /** WGSL: where each of the rows that this lane loads starts, in vectors. */
  get starts(): string {
    return this.loads
      .map(
        (b) =>
          `let start${b} = min(firstRow + ${b * this.lanes} + lane, uniforms.rows - 1) * uniforms.inputs;`,
      )
      .join('\n');
  }

  /** WGSL: loads the vector at `offset` of every row into `<name>0`, `<name>1` and so on, by row. */
  vectors(name: string, offset: string): string {
    const { lanes } = this;
    const loaded = this.loads.map((b) => `let ${name}Loaded${b} = x[start${b} + ${offset}];`);
    const handed = this.rows.map(
      (r) => `let ${name}${r} = subgroupBroadcast(${name}Loaded${Math.floor(r / lanes)}, ${r % lanes}u);`,
    );
    return [...loaded, ...handed].join('\n');
  }
}
