/** What the bench tells its processes over Node's own channel, and what they say. */
export type Command =
  | { do: 'count' }
  /** Moves the clocks of agent and fake Globus forward. */
  | { do: 'advance'; milliseconds: number }
  /** The next token request gets no answer for 20 s. */
  | { do: 'hang' };

export interface Ready {
  ready: true;
}

export interface Reply {
  /** Refresh requests of the one grant that had most, since the clock moved. */
  tokenRequests: number;
  /** A renewal is under way. */
  renewing: boolean;
}

export interface Load {
  path: string;
  /** Path and query of one GET request. */
  target: string;
  /** Instead of HTTP: what is sent on a socket; the answer is all that comes until its end. */
  raw?: string;
  /** `close`: a connection per request; `keep`: one per worker; `once`: a single request per worker. */
  mode: 'close' | 'keep' | 'once';
  workers: number;
  /** How long new requests are begun; not for `once`. */
  milliseconds: number;
  /** What an answer must hold. */
  expects: string;
}

export interface Loaded {
  answers: number;
  /** Connects that failed, and answers that did not hold what was expected. */
  failedConnects: number;
  wrong: number;
  /** Milliseconds until the last answer. */
  took: number;
  /** Milliseconds per request. */
  latencies: number[];
}
