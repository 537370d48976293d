/** A passage long enough for merging to matter (Abraham Lincoln, 1863; public domain). */
const SPEECH = `Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in Liberty, and dedicated to the proposition that all men are created equal. Now we are engaged in a great civil war, testing whether that nation, or any nation so conceived and so dedicated, can long endure. We are met on a great battle-field of that war. We have come to dedicate a portion of that field, as a final resting place for those who here gave their lives that that nation might live. It is altogether fitting and proper that we should do this.

But, in a larger sense, we can not dedicate, we can not consecrate, we can not hallow this ground. The brave men, living and dead, who struggled here, have consecrated it, far above our poor power to add or detract. The world will little note, nor long remember what we say here, but it can never forget what they did here. It is for us the living, rather, to be dedicated here to the unfinished work which they who fought here have thus far so nobly advanced.`;

/** A question about the passage, for a model that answers. */
export const DEMO_QUESTION = `Read this speech and say in two sentences what it asks of the living.

${SPEECH}

What does the speech ask of the living?`;

/** The passage with a sentence begun, for a model that only goes on with a text. */
export const DEMO_BEGINNING = `${SPEECH}

In short, the speech asks the living to`;
