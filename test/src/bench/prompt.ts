/** Token ids that differ, so that no two states are alike; what they say does not matter to the time. */
export function promptOf(length: number, vocabSize: number): number[] {
  return Array.from({ length }, (_, i) => (i * 7919 + 13) % vocabSize);
}
