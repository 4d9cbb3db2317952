/** The input of a value, by the type of its column. */

import { Combobox, Dropdown, Input as TextInput, Option, Switch, Textarea } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Column, type Entity, isLookup, isNumber, isOption, useEntities } from "../api/metadata";
import { type Cell, type Reference, rows } from "../api/row";
import { may, useSession } from "../api/session";
import { ZoneInput } from "./ZoneInput";

// It asks with these inputs itself, so it comes when it is wanted.
const QuickCreate = lazy(() => import("./QuickCreate").then((it) => ({ default: it.QuickCreate })));

export type Given = Cell | Reference;

/** The text that is the name of a time zone. */
const ZONE = "assent_timezone";

interface Props {
  column: Column;
  value: Given;
  onChange(value: Given): void;
  disabled?: boolean;
  id?: string;
  /** What it is called where no field names it. */
  label?: string;
}

export function Input(props: Props) {
  const { column, value, onChange, disabled, id, label } = props;
  const { t } = useTranslation();
  const own = { ...(id ? { id } : {}), ...(label ? { "aria-label": label } : {}), disabled: disabled ?? false, "aria-required": column.required };
  if (isLookup(column)) return <LookupInput {...props} />;
  if (isOption(column))
    return (
      <Dropdown
        {...own}
        value={column.options.find((it) => it.value === value)?.label ?? ""}
        selectedOptions={value === null ? [] : [String(value)]}
        placeholder={t("none")}
        onOptionSelect={(_, { optionValue }) => onChange(optionValue === "" ? null : Number(optionValue))}
      >
        {!column.required && column.kind === "Picklist" && <Option value="" text={t("none")}>{t("none")}</Option>}
        {column.options.map((it) => <Option key={it.value} value={String(it.value)}>{it.label}</Option>)}
      </Dropdown>
    );
  if (column.kind === "MultiSelectPicklist") {
    const chosen = typeof value === "string" ? value.split(",") : [];
    return (
      <Dropdown
        {...own}
        multiselect
        value={column.options.filter((it) => chosen.includes(String(it.value))).map((it) => it.label).join("; ")}
        selectedOptions={chosen}
        placeholder={t("none")}
        onOptionSelect={(_, { selectedOptions }) => onChange(selectedOptions.join(",") || null)}
      >
        {column.options.map((it) => <Option key={it.value} value={String(it.value)}>{it.label}</Option>)}
      </Dropdown>
    );
  }
  if (column.kind === "Boolean")
    return (
      <Switch
        {...own}
        checked={value === true}
        label={t(value === true ? "yes" : "no")}
        onChange={(_, { checked }) => onChange(checked)}
      />
    );
  if (column.kind === "Memo")
    return (
      <Textarea
        {...own}
        value={text(value)}
        resize="vertical"
        {...(column.maxLength ? { maxLength: column.maxLength } : {})}
        onChange={(_, { value }) => onChange(value || null)}
      />
    );
  if (column.kind === "DateTime")
    return column.format === "DateOnly" ? (
      <TextInput {...own} type="date" value={text(value)} onChange={(_, { value }) => onChange(value || null)} />
    ) : (
      <TextInput
        {...own}
        type="datetime-local"
        value={typeof value === "string" ? local(value) : ""}
        onChange={(_, { value }) => onChange(value ? new Date(value).toISOString().replace(/\.\d+Z$/, "Z") : null)}
      />
    );
  if (isNumber(column))
    return (
      <TextInput
        {...own}
        type="number"
        step={column.kind === "Integer" || column.kind === "BigInt" ? 1 : "any"}
        value={text(value)}
        {...(column.min === undefined ? {} : { min: column.min })}
        {...(column.max === undefined ? {} : { max: column.max })}
        onChange={(_, { value }) => onChange(value === "" ? null : Number(value))}
      />
    );
  if (column.name === ZONE) return <ZoneInput {...own} value={text(value)} onChange={onChange} />;
  return (
    <TextInput
      {...own}
      type={column.format === "Email" ? "email" : column.format === "Url" ? "url" : column.format === "Phone" ? "tel" : "text"}
      value={text(value)}
      {...(column.maxLength ? { maxLength: column.maxLength } : {})}
      onChange={(_, { value }) => onChange(value || null)}
    />
  );
}

const text = (value: Given) => (value === null || typeof value === "object" ? "" : String(value));

/** An instant as the person's clock shows it, for an input. */
function local(instant: string): string {
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** What the choice of a row that is not there yet begins with. */
const NEW = "new ";

/** A row is found by its name, or made; with several entities they are all looked through. */
function LookupInput({ column, value, onChange, disabled, id, label }: Props) {
  const { t } = useTranslation();
  const entities = useEntities();
  const session = useSession();
  const [typed, setTyped] = useState<string | null>(null);
  const [making, setMaking] = useState<{ entity: string; text: string } | null>(null);
  const words = useDeferredValue(typed ?? "");
  const chosen = value !== null && typeof value === "object" ? value : null;
  const targets = column.targets.map((it) => entities.get(it)).filter((it): it is Entity => it?.primaryName != null);
  const found = useQuery({
    queryKey: ["lookup", column.targets.join(), words],
    queryFn: async ({ signal }) => (await Promise.all(targets.map((it) => named(it, words, signal)))).flat(),
    enabled: typed !== null,
    placeholderData: (before) => before,
  });
  const makers = targets.filter((it) => may(session, "Create", it.name));
  return (
    <>
    <Combobox
      {...(id ? { id } : {})}
      {...(label ? { "aria-label": label } : {})}
      freeform
      clearable={!column.required}
      disabled={disabled ?? false}
      value={typed ?? chosen?.name ?? ""}
      selectedOptions={chosen ? [chosen.id] : []}
      placeholder={t("lookup.placeholder")}
      onOpenChange={(_, { open }) => setTyped((before) => (open ? (before ?? "") : null))}
      onChange={(event) => setTyped(event.target.value)}
      onOptionSelect={(_, { optionValue }) => {
        setTyped(null);
        if (optionValue?.startsWith(NEW)) setMaking({ entity: optionValue.slice(NEW.length), text: words });
        else onChange(found.data?.find((it) => it.id === optionValue) ?? null);
      }}
    >
      {found.data?.map((it) => (
        <Option key={it.id} value={it.id} text={it.name}>
          {targets.length > 1 ? `${it.name} (${entities.get(it.entity)?.label ?? it.entity})` : it.name}
        </Option>
      ))}
      {found.isSuccess && found.data.length === 0 && <Option disabled value="-" text="">{t("lookup.nothing")}</Option>}
      {makers.map((it) => (
        <Option key={it.name} value={NEW + it.name} text="">
          {t("new", { what: it.label })}
        </Option>
      ))}
    </Combobox>
    {making && (
      <Suspense>
        <QuickCreate
          entity={making.entity}
          text={making.text}
          onEnd={(made) => {
            setMaking(null);
            if (made) onChange(made);
          }}
        />
      </Suspense>
    )}
    </>
  );
}

/** Where people are known by their address as well as by their name. */
const ADDRESS: Record<string, string> = { contact: "emailaddress1", lead: "emailaddress1", account: "emailaddress1" };

async function named(entity: Entity, words: string, signal: AbortSignal): Promise<Reference[]> {
  const name = entity.primaryName ?? "";
  const text = words.replaceAll("'", "''");
  const by = (columns: string[]) =>
    rows(
      entity.set,
      {
        $select: columns.join(","),
        $filter: words ? columns.map((it) => `contains(${it},'${text}')`).join(" or ") : `${name} ne null`,
        $orderby: name,
        $top: 20,
      },
      signal,
    );
  const address = ADDRESS[entity.name];
  // Whoever may not read addresses finds people by their names.
  const all = words && address ? await by([name, address]).catch(() => by([name])) : await by([name]);
  return all.map((it) => ({ entity: entity.name, id: String(it[entity.key]), name: String(it[name] || (address && it[address]) || "") }));
}
