/** Something to begin with: long enough that merging shows, with names and numbers that protection matters for. */
export const DEFAULT_PROMPT = `The lighthouse on Skerry Point was built in 1871, after three ships had been lost on the rocks below it within a single winter. For ninety years a keeper lived there with his family. He climbed the 112 steps each evening to light the lamp, trimmed the wick at midnight, and wrote the weather into a book that nobody but the next keeper would ever read. When the lamp was made electric, the last keeper, Ada Marsh, was told that she could leave. She stayed. The lamp needed nobody any more, she said, but the book did.

Why did the last keeper stay at the lighthouse?`;
