/** The controls of the builder, each a few lines around one of ours. */

import { Button, Combobox, Input as TextInput, makeStyles, Option, OptionGroup, Select, Switch, Text, tokens } from "@fluentui/react-components";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type {
  ActionProps, CombinatorSelectorProps, FieldSelectorProps, MatchModeEditorProps, NotToggleProps, OperatorSelectorProps, ShiftActionsProps,
  ValueEditorProps,
} from "react-querybuilder";
import { isLookup, isOption } from "../../api/metadata";
import type { Cell } from "../../api/row";
import { Input } from "../../record/inputs";
import { RowInput } from "../../record/RowInput";
import { AddIcon, DownIcon, RemoveIcon, UpIcon } from "../../shell/icons";
import { BehaviourControl } from "./BehaviourControl";
import type { Circumstances } from "./Builder";
import { DID, LIST, SEGMENT } from "./fields";
import { type Behaviour, isComplete, takes } from "./rules";

const useStyles = makeStyles({
  field: { minWidth: "240px", flexGrow: 1, maxWidth: "360px" },
  value: { minWidth: "180px", maxWidth: "360px" },
  number: { width: "96px" },
  missing: { color: tokens.colorPaletteRedForeground1 },
});

const circumstances = (context: unknown) => context as Circumstances;

/** A field is found by typing: there are hundreds. */
export function FieldControl({ value, handleOnChange, disabled, title, context }: FieldSelectorProps) {
  const styles = useStyles();
  const { t } = useTranslation("segment");
  const { scope } = circumstances(context);
  const [typed, setTyped] = useState<string | null>(null);
  const words = useDeferredValue((typed ?? "").toLocaleLowerCase());
  const groups = useMemo(() => {
    const fitting = [...scope.fields.values()].filter((it) => it.label.toLocaleLowerCase().includes(words)).slice(0, 150);
    return Map.groupBy(fitting, (it) => it.group);
  }, [scope, words]);
  return (
    <Combobox
      className={styles.field}
      aria-label={title ?? ""}
      disabled={disabled ?? false}
      value={typed ?? scope.fields.get(value ?? "")?.label ?? ""}
      selectedOptions={value ? [value] : []}
      onOpenChange={(_, { open }) => setTyped((before) => (open ? (before ?? "") : null))}
      listbox={{ style: { maxHeight: "360px" } }}
      positioning="below-start"
      onChange={(event) => setTyped(event.target.value)}
      onOptionSelect={(_, { optionValue }) => {
        // Typing lets go of what was chosen; until something else is, it stays.
        if (!optionValue) return;
        setTyped(null);
        handleOnChange(optionValue);
      }}
    >
      {typed !== null &&
        [...groups].map(([group, fields]) => (
          <OptionGroup key={group} label={group}>
            {fields.map((it) => <Option key={it.name} value={it.name} text={it.label}>{it.label}</Option>)}
          </OptionGroup>
        ))}
      {typed !== null && groups.size === 0 && <Option disabled value="" text="">{t("lookup.nothing")}</Option>}
    </Combobox>
  );
}

export function OperatorControl({ value, options, handleOnChange, disabled, title }: OperatorSelectorProps) {
  return (
    <Select aria-label={title ?? ""} disabled={disabled ?? false} value={value ?? ""} onChange={(_, { value }) => handleOnChange(value)}>
      {options.map((it) => "name" in it && <option key={String(it.name)} value={String(it.name)}>{it.label}</option>)}
    </Select>
  );
}

export function CombinatorControl({ value, options, handleOnChange, disabled, title }: CombinatorSelectorProps) {
  return (
    <Select aria-label={title ?? ""} disabled={disabled ?? false} value={value ?? ""} onChange={(_, { value }) => handleOnChange(value)}>
      {options.map((it) => "name" in it && <option key={String(it.name)} value={String(it.name)}>{it.label}</option>)}
    </Select>
  );
}

export function NotControl({ checked, handleOnChange, disabled, label }: NotToggleProps) {
  return <Switch checked={checked ?? false} disabled={disabled ?? false} label={String(label)} onChange={(_, { checked }) => handleOnChange(checked)} />;
}

/** Whether there are rows that fit, none, or only such. */
export function MatchControl({ match, handleOnChange, disabled, title }: MatchModeEditorProps) {
  const { t } = useTranslation("segment");
  return (
    <Select aria-label={title ?? ""} disabled={disabled ?? false} value={match.mode} onChange={(_, { value }) => handleOnChange({ mode: value })}>
      {["some", "none", "all"].map((it) => <option key={it} value={it}>{t(`match.${it}`)}</option>)}
    </Select>
  );
}

export const AddCondition = ({ handleOnClick, disabled, label }: ActionProps) => (
  <Button size="small" icon={<AddIcon />} disabled={disabled ?? false} onClick={(event) => handleOnClick(event as never)}>{label}</Button>
);
export const AddGroup = AddCondition;
export const RemoveControl = ({ handleOnClick, disabled, title }: ActionProps) => (
  <Button size="small" appearance="subtle" icon={<RemoveIcon />} aria-label={title ?? ""} title={title ?? ""} disabled={disabled ?? false} onClick={(event) => handleOnClick(event as never)} />
);

export function ShiftControl({ shiftUp, shiftDown, shiftUpDisabled, shiftDownDisabled, disabled, titles, path }: ShiftActionsProps) {
  if (path.length === 0) return null;
  const off = disabled ?? false;
  return (
    <span>
      <Button size="small" appearance="subtle" icon={<UpIcon />} aria-label={titles?.shiftUp ?? ""} disabled={off || (shiftUpDisabled ?? false)} onClick={() => shiftUp()} />
      <Button size="small" appearance="subtle" icon={<DownIcon />} aria-label={titles?.shiftDown ?? ""} disabled={off || (shiftDownDisabled ?? false)} onClick={() => shiftDown()} />
    </span>
  );
}

/** The value, by the operator and the type of the column; what is missing is said. */
export function ValueControl(props: ValueEditorProps) {
  const styles = useStyles();
  const { t } = useTranslation("segment");
  const { scope } = circumstances(props.context);
  const missing = !isComplete(props.rule, scope);
  return (
    <>
      <Value {...props} />
      {missing && <Text size={200} className={styles.missing}>{t("valueMissing")}</Text>}
    </>
  );
}

function Value({ field: name, operator, value, handleOnChange, disabled, title, context }: ValueEditorProps) {
  const styles = useStyles();
  const { scope, segment } = circumstances(context);
  const field = scope.fields.get(name);
  const off = disabled ?? false;
  const label = title ?? "";
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  if (field?.name === DID) return <BehaviourControl value={value as Behaviour} disabled={off} onChange={handleOnChange} />;
  if (field?.name === SEGMENT || field?.name === LIST)
    return (
      <RowInput
        entities={[field.name === SEGMENT ? "msdyncrm_segment" : "list"]}
        label={label} disabled={off} required value={text || null}
        onChange={(id) => handleOnChange(id === segment ? "" : (id ?? ""))}
      />
    );
  const column = field?.column;
  const how = takes(operator);
  if (!column || how === "nothing") return null;
  if (how === "number")
    return <TextInput className={styles.number} type="number" min={1} aria-label={label} disabled={off} value={text} onChange={(_, { value }) => handleOnChange(value)} />;
  if (how === "day")
    return <TextInput type="date" aria-label={label} disabled={off} value={text.slice(0, 10)} onChange={(_, { value }) => handleOnChange(value)} />;
  if (how === "several") {
    const chosen = Array.isArray(value) ? value.map(String) : text.split(",").filter(Boolean);
    if (column.options.length === 0)
      return <Several chosen={chosen} disabled={off} label={label} onChange={handleOnChange} />;
    return (
      <Input
        column={{ ...column, kind: "MultiSelectPicklist", required: false }}
        label={label} disabled={off} value={chosen.join(",") || null}
        onChange={(it) => handleOnChange(typeof it === "string" ? it.split(",") : [])}
      />
    );
  }
  if (isLookup(column))
    return <RowInput entities={column.targets} label={label} disabled={off} required value={text || null} onChange={(id) => handleOnChange(id ?? "")} />;
  const given: Cell = column.kind === "Boolean" ? text === "true" : text === "" ? null : isOption(column) ? Number(text) : text;
  return (
    <Input
      column={{ ...column, kind: column.kind === "Memo" ? "String" : column.kind, required: true }}
      label={label} disabled={off} value={given}
      onChange={(it) => handleOnChange(it === null ? "" : String(it))}
    />
  );
}

/** Several texts, one behind the other. */
function Several({ chosen, disabled, label, onChange }: { chosen: string[]; disabled: boolean; label: string; onChange(values: string[]): void }) {
  const { t } = useTranslation("segment");
  const [text, setText] = useState(chosen.join(", "));
  return (
    <TextInput
      aria-label={label} placeholder={t("severalHint")} disabled={disabled} value={text}
      onChange={(_, { value }) => {
        setText(value);
        onChange(value.split(",").map((it) => it.trim()).filter(Boolean));
      }}
    />
  );
}
