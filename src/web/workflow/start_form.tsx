/** Asks for the parameters of a run and starts it. */
import { useEffect, useId, useState } from "preact/hooks";
import { to } from "../addresses.ts";
import { ApiFailure, post, sentence } from "../api/http.ts";
import type { RunSummary } from "../api/types.ts";
import { Skeleton } from "../parts/blank.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { StateMark } from "../parts/state_mark.tsx";
import { nodeTone, runWord } from "../parts/tone.ts";
import { toast } from "../parts/toast.tsx";
import { useResource } from "../resource.ts";
import { go } from "../router.ts";
import { fullText, instant } from "../text/moment.ts";
import { runStatusByName } from "../../core/status.ts";
import {
  defaultsOf,
  type ParamField,
  paramsText,
  type ParamValues,
  problemOf,
  valuesOf,
} from "./start_params.ts";

export interface StartFormProps {
  /** The file of the definition without its ending. */
  readonly file: string;
  readonly name: string;
  /** Runs whose parameters can be taken, newest first. */
  readonly runs: readonly RunSummary[];
  /** Id of the run whose parameters are taken at first; "" for none. */
  readonly from: string;
  readonly onClose: () => void;
}

interface Params {
  readonly params: readonly ParamField[];
  readonly problem?: string;
  readonly editable: boolean;
}

interface DryRun {
  readonly status: string;
  readonly error: string;
  readonly params: readonly string[];
  readonly steps: readonly { readonly name: string; readonly status: string; readonly error: string }[];
}

export function StartForm({ file, name, runs, from, onClose }: StartFormProps) {
  const path = `/dags/${encodeURIComponent(file)}`;
  const { data, error } = useResource<Params>(`${path}/params`);
  const [values, setValues] = useState<ParamValues | null>(null);
  const [runId, setRunId] = useState("");
  const [busy, setBusy] = useState("");
  const [problem, setProblem] = useState("");
  const [dry, setDry] = useState<DryRun | null>(null);
  const [shown, setShown] = useState(false);
  const take = (id: string) => {
    const run = runs.find((one) => one.dagRunId === id);
    if (data) setValues(run ? valuesOf(data.params, run.params ?? "") : defaultsOf(data.params));
  };
  useEffect(() => take(from), [data]);
  const fields = data?.params ?? [];
  const wrong = values ? fields.filter((field) => problemOf(field, values[field.name] ?? "") !== "") : [];
  const act = async (what: "start" | "enqueue" | "dry-run") => {
    setShown(true);
    if (wrong.length > 0) return;
    setBusy(what);
    setProblem("");
    setDry(null);
    const params = values ? paramsText(fields, values) : "";
    const body = { ...(params === "" ? {} : { params }) };
    try {
      if (what === "dry-run") setDry(await post<DryRun>(`${path}/dry-run`, body));
      else {
        const { dagRunId } = await post<{ dagRunId: string }>(`${path}/${what}`, {
          ...body,
          ...(runId === "" ? {} : { dagRunId: runId }),
        });
        toast(what === "start" ? `${name} is started` : `${name} stands in line`);
        onClose();
        go(to.run(name, dagRunId));
        return;
      }
    } catch (failure) {
      setProblem(failure instanceof ApiFailure ? failure.message : sentence(failure));
    }
    setBusy("");
  };
  return (
    <Dialog title={`Start ${name}`} onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void act("start");
        }}
      >
        {error && <p class="problem" role="alert">{error.message}</p>}
        {!data && !error && <Skeleton lines={4} />}
        {data && fields.length > 0 && runs.length > 0 && (
          <label class="field">
            Values of
            <select onChange={(event) => take(event.currentTarget.value)}>
              <option value="">the definition</option>
              {runs.slice(0, 20).map((run) => (
                <option key={run.dagRunId} value={run.dagRunId} selected={run.dagRunId === from}>
                  {fullText(instant(run.startedAt) || instant(run.queuedAt))} · {runWord(run.status)}
                </option>
              ))}
            </select>
          </label>
        )}
        {data && fields.length === 0 && <p class="quiet">It takes no parameters.</p>}
        {data?.problem && <p class="quiet">{data.problem}</p>}
        {values && fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            value={values[field.name] ?? ""}
            problem={shown ? problemOf(field, values[field.name] ?? "") : ""}
            editable={data!.editable}
            onValue={(value) => setValues({ ...values, [field.name]: value })}
          />
        ))}
        <details class="more">
          <summary>More</summary>
          <label class="field">
            Id of the run
            <input
              value={runId}
              maxLength={64}
              pattern="[A-Za-z0-9_\-]*"
              placeholder="made by itself"
              onInput={(event) => setRunId(event.currentTarget.value)}
            />
          </label>
        </details>
        {problem !== "" && <p class="problem" role="alert">{problem}</p>}
        {dry && <DryResult dry={dry} />}
        <footer class="dialog-foot">
          <button
            type="button"
            class="button button-quiet"
            disabled={busy !== ""}
            onClick={() => void act("dry-run")}
          >
            Dry run
          </button>
          <span class="grow" />
          <button type="button" class="button" disabled={busy !== ""} onClick={() => void act("enqueue")}>
            Enqueue
          </button>
          <button type="submit" class="button button-main" disabled={busy !== "" || !data}>Start</button>
        </footer>
      </form>
    </Dialog>
  );
}

interface FieldProps {
  readonly field: ParamField;
  readonly value: string;
  readonly problem: string;
  readonly editable: boolean;
  readonly onValue: (value: string) => void;
}

function Field({ field, value, problem, editable, onValue }: FieldProps) {
  const { name, type, choices, description, required, value: preset } = field;
  const id = useId();
  const label = /^\d+$/.test(name) ? `Parameter ${name}` : name;
  const bind = {
    id,
    disabled: !editable,
    "aria-invalid": problem !== "",
    onInput: (event: { currentTarget: { value: string } }) => onValue(event.currentTarget.value),
  };
  return (
    <div class="field">
      <span>
        <label for={id}>{label}</label>
        {required && <span class="quiet" title="It is needed">*</span>}
        {value !== preset && (
          <button type="button" class="link field-back" onClick={() => onValue(preset)}>as it was</button>
        )}
      </span>
      {choices
        ? (
          <select {...bind} value={value}>
            {!choices.includes(value) && <option value={value}>{value || "choose"}</option>}
            {choices.map((one) => <option key={one} value={one}>{one}</option>)}
          </select>
        )
        : type === "boolean"
        ? (
          <select {...bind} value={value}>
            {!["true", "false"].includes(value) && <option value={value}>{value || "not set"}</option>}
            <option value="true">yes</option>
            <option value="false">no</option>
          </select>
        )
        : type === "json" || value.length > 60 || value.includes("\n")
        ? <textarea {...bind} rows={3} class="mono" value={value} />
        : (
          <input
            {...bind}
            inputMode={type === "integer" ? "numeric" : type === "number" ? "decimal" : "text"}
            value={value}
            maxLength={field.maxLength}
          />
        )}
      {problem !== ""
        ? <span class="problem">{label} {problem}</span>
        : description && <span class="field-help">{description}</span>}
    </div>
  );
}

function DryResult({ dry }: { readonly dry: DryRun }) {
  return (
    <div class="dry">
      {dry.error !== "" && <p class="problem">{dry.error}</p>}
      {dry.params.length > 0 && <p class="mono quiet">{dry.params.join(" ")}</p>}
      <ol>
        {dry.steps.slice(0, 200).map(({ name, status, error }) => (
          <li key={name}>
            <StateMark tone={nodeTone(statusCode(status))} label={status} />
            {name}
            {error !== "" && <span class="quiet">{error}</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}

function statusCode(name: string): number {
  return name === "skipped" ? 5 : runStatusByName(name) ?? 0;
}
