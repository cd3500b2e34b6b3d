/** Asks for the parameters of a run and starts it. */
import { useEffect, useState } from "preact/hooks";
import { to } from "../addresses.ts";
import { ApiFailure, post, sentence } from "../api/http.ts";
import type { RunSummary } from "../api/types.ts";
import { Skeleton } from "../parts/blank.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { runWord } from "../parts/tone.ts";
import { toast } from "../parts/toast.tsx";
import { useResource } from "../resource.ts";
import { go } from "../router.ts";
import { fullText, instant } from "../text/moment.ts";
import { DryResult, type DryRun } from "./dry_result.tsx";
import { ParamInput } from "./param_input.tsx";
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

type Act = "start" | "enqueue" | "dry-run";

export function StartForm({ file, name, runs, from, onClose }: StartFormProps) {
  const path = `/dags/${encodeURIComponent(file)}`;
  const { data, error } = useResource<Params>(`${path}/params`);
  const [values, setValues] = useState<ParamValues | null>(null);
  const [runId, setRunId] = useState("");
  const [busy, setBusy] = useState(false);
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
  const carryOut = async (what: Act) => {
    const params = values ? paramsText(fields, values) : "";
    const body = params === "" ? {} : { params };
    if (what === "dry-run") return setDry(await post<DryRun>(`${path}/dry-run`, body));
    const asked = { ...body, ...(runId === "" ? {} : { dagRunId: runId }) };
    const { dagRunId } = await post<{ dagRunId: string }>(`${path}/${what}`, asked);
    toast(what === "start" ? `${name} is started` : `${name} stands in line`);
    onClose();
    go(to.run(name, dagRunId));
  };
  const act = async (what: Act) => {
    setShown(true);
    if (wrong.length > 0) return;
    setBusy(true);
    setProblem("");
    setDry(null);
    try {
      await carryOut(what);
    } catch (failure) {
      setProblem(failure instanceof ApiFailure ? failure.message : sentence(failure));
    }
    setBusy(false);
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
        {fields.length > 0 && runs.length > 0 && <ValuesOf runs={runs} from={from} onTake={take} />}
        {data && fields.length === 0 && <p class="quiet">It takes no parameters.</p>}
        {data?.problem && <p class="quiet">{data.problem}</p>}
        {values && fields.map((field) => (
          <ParamInput
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
            disabled={busy}
            onClick={() => void act("dry-run")}
          >
            Dry run
          </button>
          <span class="grow" />
          <button type="button" class="button" disabled={busy} onClick={() => void act("enqueue")}>
            Enqueue
          </button>
          <button type="submit" class="button button-main" disabled={busy || !data}>Start</button>
        </footer>
      </form>
    </Dialog>
  );
}

interface ValuesOfProps {
  readonly runs: readonly RunSummary[];
  readonly from: string;
  /** Id of a run; "" for the definition. */
  readonly onTake: (id: string) => void;
}

function ValuesOf({ runs, from, onTake }: ValuesOfProps) {
  return (
    <label class="field">
      Values of
      <select onChange={(event) => onTake(event.currentTarget.value)}>
        <option value="">the definition</option>
        {runs.slice(0, 20).map((run) => (
          <option key={run.dagRunId} value={run.dagRunId} selected={run.dagRunId === from}>
            {fullText(instant(run.startedAt) || instant(run.queuedAt))} · {runWord(run.status)}
          </option>
        ))}
      </select>
    </label>
  );
}
