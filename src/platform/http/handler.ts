/** What answers requests, and what it knows of who asks. */

/** The other side of a request. */
export interface Client {
  /** Without a port. */
  readonly address: string;
  /** A signal that is aborted when it went away before the answer was delivered. */
  readonly gone: () => AbortSignal;
}

export interface HttpServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly handler: (request: Request, client: Client) => Response | Promise<Response>;
  /** Told of errors that no answer could be made of. */
  readonly onError: (error: unknown) => void;
  /** Connections that one address may have; this machine may have any number. */
  readonly perAddress: number;
}
