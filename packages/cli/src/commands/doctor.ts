import { GeodesicError } from '@geodesic/compiler';
import { BACKENDS_BY_SPEED } from '../backend-names.js';
import { type Diagnosis, diagnose } from '../doctor/diagnosis.js';
import { diagnosisText } from '../doctor/diagnosis-text.js';
import { examineApart } from '../doctor/examine-apart.js';
import { ProgressBar } from '../progress-bar.js';
import { writeOutput } from '../standard-output.js';

export interface DoctorCommandOptions {
  readonly json?: boolean;
  readonly tune?: boolean;
}

/**
 * Prints which backends work here, and what to do about those that don't. With `tune`, measures webgpu's kernels, and prints how
 * their variants compare.
 *
 * @throws GeodesicError `doctor.no-backend` where none does
 */
export async function doctorCommand({ json, tune = false }: DoctorCommandOptions): Promise<void> {
  const diagnosis = await diagnoseWithBar(tune);
  await writeOutput(`${json ? JSON.stringify(diagnosis, null, 2) : diagnosisText(diagnosis)}\n`);
  if (!diagnosis.backends.some(({ state }) => state === 'works')) {
    throw new GeodesicError('doctor.no-backend', 'no backend works here: do what the report says of one');
  }
}

async function diagnoseWithBar(tune: boolean): Promise<Diagnosis> {
  const bar = process.stderr.isTTY ? new ProgressBar(process.stderr) : undefined;
  let examined = 0;
  try {
    return await diagnose((name) => {
      bar?.draw(examined++ / BACKENDS_BY_SPEED.length, `trying ${name}`);
      return examineApart(name, { tune });
    });
  } finally {
    bar?.clear();
  }
}
