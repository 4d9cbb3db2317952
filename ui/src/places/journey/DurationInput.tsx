import { Input, makeStyles, Select, tokens } from "@fluentui/react-components";
import { useTranslation } from "react-i18next";
import { read, UNITS, type Unit, write } from "./duration";

const useStyles = makeStyles({
  line: { display: "flex", gap: tokens.spacingHorizontalS },
  number: { width: "96px" },
});

/** A number and a unit; a time of several units stays as it is written. */
export function DurationInput({ value, disabled, optional, onChange, ...field }: {
  value: string;
  disabled: boolean;
  optional?: boolean;
  onChange(value: string): void;
  /** Given by the field around it. */
  id?: string;
  "aria-labelledby"?: string;
}) {
  const styles = useStyles();
  const { t } = useTranslation("journey");
  const it = read(value);
  if (value && !it) return <Input {...field} disabled={disabled} value={value} onChange={(_, { value }) => onChange(value)} />;
  const unit = it?.unit ?? "days";
  return (
    <span className={styles.line}>
      <Input
        {...field} className={styles.number} type="number" min={optional ? 0 : 1} step={1} disabled={disabled} value={it ? String(it.number) : ""}
        onChange={(_, { value }) => onChange(value === "" || !/^\d+$/.test(value) ? "" : write(Number(value), unit))}
      />
      <Select aria-label={t("time.unit")} disabled={disabled || !it} value={unit} onChange={(_, { value }) => onChange(write(it?.number ?? 1, value as Unit))}>
        {UNITS.map((it) => <option key={it} value={it}>{t(`time.${it}Unit`)}</option>)}
      </Select>
    </span>
  );
}
