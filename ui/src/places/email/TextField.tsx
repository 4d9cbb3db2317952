/** A field whose text may hold expressions; the chosen one lands where the cursor is. */

import { Field, type FieldProps, Input, makeStyles, Textarea, tokens } from "@fluentui/react-components";
import { useRef } from "react";
import { Expressions } from "./Expressions";
import { useMedium } from "./medium";

const useStyles = makeStyles({
  line: { display: "flex", gap: tokens.spacingHorizontalXS, alignItems: "start" },
  input: { flexGrow: 1, minWidth: 0 },
});

export function TextField({ label, value, onChange, confirmation, lines, hint, required, maxLength, disabled, validationMessage, validationState }: {
  label: string;
  value: string;
  onChange(value: string): void;
  confirmation: boolean;
  lines?: number;
  hint?: string | undefined;
  required?: boolean;
  maxLength?: number | undefined;
  disabled?: boolean;
} & Pick<FieldProps, "validationMessage" | "validationState">) {
  const styles = useStyles();
  const medium = useMedium();
  const place = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const insert = (text: string) => {
    const it = place.current;
    const from = it?.selectionStart ?? value.length;
    onChange(value.slice(0, from) + text + value.slice(it?.selectionEnd ?? from));
    setTimeout(() => {
      it?.focus();
      it?.setSelectionRange(from + text.length, from + text.length);
    });
  };
  const own = { className: styles.input, value, disabled: disabled ?? false, ...(maxLength ? { maxLength } : {}) };
  return (
    <Field label={label} hint={hint} required={required ?? false} validationMessage={validationMessage} validationState={validationState}>
      {(control) => (
        <div className={styles.line}>
          {lines ? (
            <Textarea {...control} {...own} textarea={{ ref: place }} rows={lines} resize="vertical" onChange={(_, { value }) => onChange(value)} />
          ) : (
            <Input {...control} {...own} input={{ ref: place }} onChange={(_, { value }) => onChange(value)} />
          )}
          {!disabled && medium === "mail" && <Expressions confirmation={confirmation} onPick={insert} />}
        </div>
      )}
    </Field>
  );
}
