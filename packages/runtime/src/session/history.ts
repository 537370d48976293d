/** Token ids, or something of each token, row by row. */
export type Rows = readonly (readonly number[])[];

/** What the rows of a session have seen; it is never changed: a step that succeeds makes the next one. */
export class History {
  private constructor(
    /** The prompt that the caches of each row began with. */
    readonly prompts: Rows,
    /** The tokens that followed it. */
    readonly followed: Rows,
    /** How surprising each token was, prompt and all, where the session remembers it. */
    readonly surprise: Rows,
    /** 1 for each token that the model generated, else 0: those that came one by one are taken for such, those of a turn for given. */
    readonly generated: Rows,
  ) {}

  static readonly nothing = new History([], [], [], []);

  /** Of rows that begin with these prompts. */
  static ofPrompts(prompts: Rows, surprise: Rows): History {
    const generated = prompts.map((prompt) => prompt.map(() => 0));
    return new History(
      prompts,
      prompts.map(() => []),
      surprise,
      generated,
    );
  }

  /** All tokens of each row. */
  get rows(): Rows {
    return extended(this.prompts, this.followed);
  }

  /** Tokens of each row. */
  get lengths(): number[] {
    return this.prompts.map((prompt, row) => prompt.length + (this.followed[row]?.length ?? 0));
  }

  /** With the tokens of one more step behind each row. */
  followedBy(added: Rows, surprise: Rows): History {
    const areGenerated = added.map((row) => row.map(() => Number(row.length === 1)));
    return new History(
      this.prompts,
      extended(this.followed, added),
      extended(this.surprise, surprise),
      extended(this.generated, areGenerated),
    );
  }

  /** As if all of the rows in which it is so had been their prompt. */
  withPromptsGrown(isGrown: readonly boolean[]): History {
    const { rows } = this;
    return new History(
      this.prompts.map((prompt, row) => (isGrown[row] ? (rows[row] as readonly number[]) : prompt)),
      this.followed.map((tokens, row) => (isGrown[row] ? [] : tokens)),
      this.surprise,
      this.generated,
    );
  }
}

function extended(rows: Rows, added: Rows): Rows {
  return rows.map((row, i) => [...row, ...(added[i] as readonly number[])]);
}
