/** The input of one parameter. */
import { useId } from "preact/hooks";
import type { ParamField } from "./start_params.ts";

interface ParamInputProps {
  readonly field: ParamField;
  readonly value: string;
  readonly problem: string;
  readonly editable: boolean;
  readonly onValue: (value: string) => void;
}

export function ParamInput({ field, value, problem, editable, onValue }: ParamInputProps) {
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
