/** 0, 1, ... below `count`: for lines of code that are written once for each. */
export const range = (count: number): number[] => [...new Array(count).keys()];
