/** After a slash that ends a part of an address, a question mark or an ampersand, not after a root. */
const IN_ADDRESS = '(?<=\\w/|[?&])(?=[\\w%])';
/** Around a short option, which a browser would break after its hyphen. */
const AROUND_OPTION = '(?<=\\s)(?=-)|(?<=(?:^|\\s)-\\S{0,30})(?=\\s|$)';
const BREAK = new RegExp(`${IN_ADDRESS}|${AROUND_OPTION}`, 'u');

export interface Piece {
  text: string;
  /** A new line may begin with it. */
  mayBegin: boolean;
  /** Never in two lines. */
  whole: boolean;
}

/** Where a command or an address may go on in the next line when it is too long for one: the same text in pieces. */
export function pieces(text: string): Piece[] {
  return text.split(BREAK).map((piece, at) => ({
    text: piece,
    mayBegin: at > 0 && !/^\s/u.test(piece),
    whole: /^-\S{1,30}$/u.test(piece),
  }));
}
