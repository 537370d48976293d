/** Asks the program that examines a backend to measure its kernels too. */
export const TUNE_FLAG = '--tune';
