import { type ChildProcess, fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { THREADS } from './contestant.js';
import type { Answer, Task } from './contestant-main.js';

const PROGRAM = fileURLToPath(new URL('./contestant-main.js', import.meta.url));

export interface Timed {
  readonly ms: number;
  readonly token: number;
  /** Most memory that the process has had so far. */
  readonly peakBytes: number;
}

/** A contestant in a process of its own, so that its memory and its threads are its own. */
export class ContestantProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** @throws Error with what the contestant says, such as what must be installed */
  static async start(name: string): Promise<ContestantProcess> {
    const child = fork(PROGRAM, [name], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: {
        // Vulkan's loader wants a runtime directory, and only our own backend sees to it.
        XDG_RUNTIME_DIR: tmpdir(),
        ...process.env,
        TF_NUM_INTEROP_THREADS: `${THREADS}`,
        TF_NUM_INTRAOP_THREADS: '1',
        GEODESIC_MODEL_SOURCE: 'wheel',
      },
    });
    const contestant = new ContestantProcess(child);
    await contestant.#answer();
    return contestant;
  }

  async perform(task: Task): Promise<Timed> {
    const answered = this.#answer();
    this.#child.send(task);
    return (await answered) as Timed;
  }

  /** Nothing of a contestant outlives its process. */
  stop(): void {
    this.#child.kill('SIGKILL');
  }

  #answer(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const exited = (code: number | null, signal: string | null) =>
        reject(new Error(`the process ended (${signal ?? `exit code ${code}`})`));
      this.#child.once('exit', exited);
      this.#child.once('message', (answer: Answer) => {
        this.#child.off('exit', exited);
        if ('error' in answer) {
          this.stop();
          reject(new Error(answer.error));
        } else resolve(answer);
      });
    });
  }
}
