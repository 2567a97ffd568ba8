// None of the peers makes a line fit, so its size is guessed from the number of letters, as one does there.

const EM_PER_LETTER = 0.54; // Inter Bold: of the bench's lines 95 in 100 are no wider

export const guessSize = (text, size, width) => Math.min(size, width / (EM_PER_LETTER * text.length));
