/** What somebody did, or tried to do. */
export interface AuditEntry {
  /** Ids made later sort later. */
  readonly id: string;
  /** Unix milliseconds. */
  readonly at: number;
  /** Name of the account or `apikey:<name>`; what was given as a name where nobody was let in. */
  readonly user: string;
  /** Address that it came from. */
  readonly client: string;
  /** Such as `login` or `POST /dags/{fileName}/start`. */
  readonly action: string;
  /** What it was done to. */
  readonly target: string;
  readonly outcome: "done" | "refused" | "failed";
}
