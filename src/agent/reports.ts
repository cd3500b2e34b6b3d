/** The mails about a run: when one is due, what stands in it, and that none of them changes the run. */
import type { MailConfig, SmtpConfig } from "../core/dag.ts";
import { DaguError, messageOf } from "../core/errors.ts";
import type { Node, RunEvent, RunRecord } from "../core/run.ts";
import { NodeStatus, RunStatus, runStatusName } from "../core/status.ts";
import { expandText } from "../eval/text.ts";
import { statIfExistsSync } from "../platform/files/files.ts";
import { resolve } from "../platform/files/path.ts";
import type { MailAttachment } from "../ports/notifier.ts";
import type { AgentJournal } from "./journal.ts";
import { reportHtml } from "./report_html.ts";
import type { RunContext } from "./run_context.ts";

export class RunReports {
  readonly #context: RunContext;
  readonly #journal: AgentJournal;
  readonly #sent: Promise<void>[] = [];
  readonly #stop = new AbortController();

  constructor(context: RunContext, journal: AgentJournal) {
    this.#context = context;
    this.#journal = journal;
  }

  /** Mails about steps, as soon as they have failed for good. */
  onEvent(event: RunEvent, record: RunRecord): void {
    if (event.kind !== "node" || event.patch.status !== NodeStatus.Failed) return;
    const { step } = typeof event.node === "number"
      ? record.nodes[event.node]!
      : record.handlers[event.node]!;
    if (step.mailOnError) this.#report("errorMail", record, statusAfter(record, step.continueOn.failure));
  }

  /** The mail about the run. */
  onEnd(record: RunRecord, status: RunStatus): void {
    const { mailOn } = this.#context.dag;
    switch (status) {
      case RunStatus.Succeeded:
        if (mailOn.success) this.#report("infoMail", record, status);
        break;
      case RunStatus.Failed:
      case RunStatus.PartiallySucceeded:
        if (mailOn.failure) this.#report("errorMail", record, status);
        break;
      case RunStatus.Waiting:
        if (mailOn.wait) this.#report("waitMail", record, status);
    }
  }

  /** Resolves when every mail was delivered or given up. Never rejects. */
  async settled(): Promise<void> {
    await Promise.all(this.#sent);
  }

  /** Gives up what was not delivered yet. */
  stop(): void {
    this.#stop.abort();
  }

  #report(kind: "errorMail" | "infoMail" | "waitMail", record: RunRecord, status: RunStatus): void {
    const mail = this.#context.dag[kind];
    // Written now: the record goes on changing.
    const html = reportHtml(record, status);
    const attachments = mail?.attachLogs ? logsOf(record) : [];
    const sent = this.#send(kind, mail, { name: record.name, status, html, attachments }).then(
      (to) => this.#journal.log("INFO", "Report sent", { kind, to: to.join(", ") }),
      (error) => this.#journal.log("WARN", "Cannot send the report", { kind, error: messageOf(error) }),
    );
    this.#sent.push(sent);
  }

  async #send(
    kind: string,
    mail: MailConfig | null,
    report: { name: string; status: RunStatus; html: string; attachments: readonly MailAttachment[] },
  ): Promise<string[]> {
    const { dag, masker, ports } = this.#context;
    if (!mail) throw new DaguError(`The DAG has no "${kind}"`);
    if (!dag.smtp) throw new DaguError('The DAG has no "smtp" with a host');
    const to = await Promise.all(mail.to.map((address) => this.#evaluate(address)));
    const { name, status, html, attachments } = report;
    const subject = `${await this.#evaluate(mail.prefix)} ${name} (${runStatusName(status)})`.trim();
    await ports.notifier.send({
      smtp: await this.#smtp(dag.smtp),
      from: await this.#evaluate(mail.from),
      to,
      subject: masker ? masker.text(subject) : subject,
      html,
      attachments,
    }, this.#stop.signal);
    return to;
  }

  async #smtp(smtp: SmtpConfig): Promise<SmtpConfig> {
    const evaluate = (text: string) => this.#evaluate(text);
    return {
      ...smtp,
      host: await evaluate(smtp.host),
      port: await evaluate(smtp.port),
      username: await evaluate(smtp.username),
      password: await evaluate(smtp.password),
      caFile: smtp.caFile === "" ? "" : resolve(this.#context.workingDir, await evaluate(smtp.caFile)),
    };
  }

  async #evaluate(template: string): Promise<string> {
    const { ports, workingDir, shell } = this.#context;
    const { commands, os } = ports;
    return await expandText(template, this.#context.scope(), { commands, os, shell, cwd: workingDir });
  }
}

/** What a run with a step that has just failed looks like: it may still go on. */
function statusAfter(record: RunRecord, tolerated: boolean): RunStatus {
  if (record.status !== RunStatus.Running) return record.status;
  const running = record.nodes.some(({ state }) => state.status === NodeStatus.Running);
  return running || tolerated ? RunStatus.Running : RunStatus.Failed;
}

/** Logs of the steps that wrote something, under names like those of the reference. */
function logsOf(record: RunRecord): MailAttachment[] {
  const stamp = `${compactTime(record.startedAt)}.${record.dagRunId.slice(0, 8)}`;
  return record.nodes.flatMap(({ step, state }: Node) => {
    const merged = state.stdout === state.stderr;
    const files = merged
      ? [{ path: state.stdout, end: "log" }]
      : [{ path: state.stdout, end: "out" }, { path: state.stderr, end: "err" }];
    return files
      .filter(({ path }) => path !== "" && (statIfExistsSync(path)?.size ?? 0) > 0)
      .map(({ path, end }) => ({ path, name: `${step.name}.${stamp}.${end}`.replaceAll(/[\\/]/g, "_") }));
  });
}

/** `20260131.235959.123`, UTC. */
function compactTime(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/[-:Z]/g, "").replace("T", ".");
}
