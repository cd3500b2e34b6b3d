/** Another server whose runs the web UI may show. */
export interface RemoteNode {
  readonly name: string;
  /** Address of its API, such as `https://host/api/v2`. */
  readonly apiBaseURL: string;
  readonly isBasicAuth: boolean;
  readonly basicAuthUsername: string;
  readonly basicAuthPassword: string;
  readonly isAuthToken: boolean;
  readonly authToken: string;
  /** Takes any certificate. */
  readonly skipTLSVerify: boolean;
}
