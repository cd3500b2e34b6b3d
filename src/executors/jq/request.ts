/** What the worker is asked to do. */
export interface JqRequest {
  readonly program: string;
  /** One JSON value as text. */
  readonly input: string;
  /** Texts without quotes, everything else in one line. */
  readonly raw: boolean;
}
