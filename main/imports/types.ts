import type { Problem } from '../effects.ts';

/** Who wrote the file, as its place says; `other`: a file of the SDK's form that somebody named. */
export type ForeignProgram = 'globus-cli' | 'globus-sdk' | 'other';

/** One token of another program's file. Secret: it never leaves this room but to Globus and the vault. */
export interface ForeignToken {
  readonly resourceServer: string;
  /** Root scope strings, as the answer had them. */
  readonly scopes: readonly string[];
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** Of the access token, milliseconds since the epoch; null: the file does not say. */
  readonly expiresAt: number | null;
  /** `sub` of whose it is, as the file says; null: it does not say. */
  readonly identity: string | null;
}

export interface ForeignClient {
  /** UUID, lower case. */
  readonly id: string;
  /** Secret: used to end the client's tokens, and for nothing else. Null: a public client, or it is not in the file. */
  readonly secret: string | null;
}

/** One namespace of a file: what one program keeps for one profile in one environment. */
export interface Holding {
  /** As it is in the file: `userprofile/production/work`, `DEFAULT`. */
  readonly namespace: string;
  /** `GLOBUS_PROFILE` of globus-cli; null: none, or another program's. */
  readonly profile: string | null;
  /** Name of the Globus deployment: `production`, `preview`, `sandbox`, …: an open set. */
  readonly environment: string;
  /** Whom the tokens were issued to; null: the file does not say. */
  readonly client: ForeignClient | null;
  /** A client's own identity: nobody signed in, so nobody can sign in for it. */
  readonly ofClient: boolean;
  readonly tokens: readonly ForeignToken[];
}

/** What tells that a file is still the one that was read. */
export interface ForeignStamp {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  readonly changed: bigint;
}

export interface ForeignFile {
  readonly path: string;
  readonly program: ForeignProgram;
  readonly stamp: ForeignStamp;
  /** Its mode lets other users of this machine read it. */
  readonly exposed: boolean;
  readonly holdings: readonly Holding[];
}

/** A file as the faces are told of it. No token and no secret in it. */
export interface FoundFile {
  readonly path: string;
  readonly program: ForeignProgram;
  readonly exposed: boolean;
  /** Why it could not be read; `holdings` is empty then. */
  readonly problem: Problem | null;
  readonly holdings: readonly FoundHolding[];
}

export interface FoundHolding {
  readonly profile: string | null;
  readonly environment: string;
  /** Of the environment that the app speaks to; of others it can neither take nor end anything. */
  readonly here: boolean;
  readonly clientId: string | null;
  /** Issued to this app's own client, so that it can be adopted without a sign-in. */
  readonly ours: boolean;
  /** Username where the app knows it, else the `sub`; null: the file does not say. */
  readonly account: string | null;
  readonly tokens: readonly FoundToken[];
}

export interface FoundToken {
  readonly resourceServer: string;
  readonly scopes: readonly string[];
  readonly renewable: boolean;
  /** Of the access token, milliseconds since the epoch. */
  readonly expiresAt: number | null;
  /** Its refresh token is in the vault already. */
  readonly adopted: boolean;
}

export interface AdoptOptions {
  /** Ends it between two tokens: what was asked of Globus is awaited and kept, the rest stays in the file. */
  readonly signal?: AbortSignal;
  /** One more grant is in the vault. */
  readonly onTaken?: (resourceServer: string) => void;
}

export interface Adopted {
  /** What is in the vault now. */
  readonly adopted: readonly { readonly account: string; readonly resourceServer: string }[];
  /** Refresh tokens that were in the vault before. */
  readonly already: number;
  /** Resource servers whose refresh token Globus ended. */
  readonly ended: readonly string[];
  /** Full scope strings that need one sign-in with this app's client; they are on the list now. */
  readonly signIn: readonly string[];
  /** Why it stopped before the end; what is in `adopted` stays. */
  readonly problem: Problem | null;
}

export interface Removed {
  readonly path: string;
  /** Tokens whose end Globus confirmed. */
  readonly revoked: number;
  /** Refresh tokens that the vault holds too: they were left alive. */
  readonly kept: number;
}
