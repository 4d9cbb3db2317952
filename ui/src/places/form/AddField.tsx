/** Chooses what a form asks: a field that there is, or a column of contact or lead, for which a field is made. */

import { Field, SearchBox, Select, Text, Textarea } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Column, useEntity } from "../../api/metadata";
import { create } from "../../api/row";
import { FormDialog } from "../../shell/FormDialog";
import { useNotices } from "../../shell/notices";
import { CONSENT, type Stored } from "./model";

/** The types of field, by the type of the column. */
const TYPES: Partial<Record<Column["kind"], number>> = {
  String: 1, Memo: 2, Picklist: 3, Boolean: 4, Integer: 5, BigInt: 5, Double: 6, Decimal: 7, DateTime: 8, Money: 9,
};
/** What comes first, because most forms ask for it. */
const USUAL = ["emailaddress1", "firstname", "lastname", CONSENT, "telephone1", "mobilephone", "address1_city", "msgdpr_donottrack", "birthdate"];
/** Columns that are about the row, and not for people to fill in. */
const MACHINERY = /^(assent_(?!language)|msdyn_|msdyncrm_(?!rememberme)|created|modified|overridden|own|version|import|state|status|timezone|utc|exchangerate|transaction|processid|stageid|traversed|fullname$|yomi)/;

export function AddField({ stored, used, onEnd }: {
  stored: Stored;
  /** The fields that are on the form. */
  used: string[];
  /** The field, its label, whether it is a new one, and the column that it is written to. */
  onEnd(field: string | null, label: string | null, made: boolean, column: string): void;
}) {
  const { t } = useTranslation("form");
  const notices = useNotices();
  const contact = useEntity("contact");
  const lead = useEntity("lead");
  const [of, setOf] = useState<"contact" | "lead" | "both">("contact");
  const [words, setWords] = useState("");
  const [name, setName] = useState("");
  const [purpose, setPurpose] = useState("");
  const entity = of === "lead" ? lead : contact;
  const columns = entity.columns
    .filter((it) => it.updatable && !it.secured && TYPES[it.kind] !== undefined && !MACHINERY.test(it.name))
    .filter((it) => of !== "both" || lead.column(it.name)?.kind === it.kind)
    .filter((it) => `${it.label} ${it.name}`.toLowerCase().includes(words.toLowerCase()))
    .sort((one, other) => rank(one) - rank(other) || one.label.localeCompare(other.label));
  const known = (column: string) =>
    stored.fields.find((it) => {
      const [c, l] = [it["msdyncrm_contactmapping"] || null, it["msdyncrm_leadmapping"] || null];
      return of === "lead" ? l === column && !c : of === "both" ? c === column && l === column : c === column && !l;
    });
  // Something is always chosen, so that what was found can be added at once.
  const chosen = columns.some((it) => it.name === name) ? name : (columns[0]?.name ?? "");
  const column = entity.column(chosen);
  const there = column && known(chosen);
  const label = chosen === CONSENT ? t("begin.consent") : (column?.label ?? "");
  const making = useMutation({
    mutationFn: async () => {
      if (there) return { id: String(there["msdyncrm_marketingformfieldid"]), made: false };
      const id = await create("msdyncrm_marketingformfields", {
        msdyncrm_name: column!.name,
        msdyncrm_defaultformlabel: label.slice(0, 100),
        msdyncrm_marketingformfieldtype: TYPES[column!.kind],
        ...(of !== "lead" ? { msdyncrm_contactmapping: chosen } : {}),
        ...(of !== "contact" ? { msdyncrm_leadmapping: chosen } : {}),
        ...(purpose.trim() ? { assent_purpose: purpose.trim() } : {}),
      });
      return { id, made: true };
    },
    // A field that there is has its label.
    onSuccess: ({ id, made }) => onEnd(id, there?.["msdyncrm_defaultformlabel"] ? null : label, made, chosen),
    onError: notices.failed,
  });
  const taken = there !== undefined && used.includes(String(there["msdyncrm_marketingformfieldid"]));
  return (
    <FormDialog
      title={t("addField.title")}
      yes={t("addField.add")}
      ready={column !== undefined && !taken}
      busy={making.isPending}
      onYes={() => making.mutate()}
      onNo={() => onEnd(null, null, false, "")}
    >
      <Field label={t("addField.of")}>
        <Select value={of} onChange={(_, { value }) => { setOf(value as typeof of); setName(""); }}>
          <option value="contact">{contact.label}</option>
          <option value="lead">{lead.label}</option>
          <option value="both">{t("addField.both")}</option>
        </Select>
      </Field>
      <Field label={t("addField.find")}>
        <SearchBox value={words} onChange={(_, { value }) => setWords(value)} />
      </Field>
      <Field label={t("addField.column")}>
        {(control) => (
          <select {...control} size={9} value={chosen} onChange={(event) => setName(event.target.value)} onDoubleClick={() => { if (column && !taken) making.mutate(); }}>
            {columns.map((it) => <option key={it.name} value={it.name}>{it.label} ({it.name})</option>)}
          </select>
        )}
      </Field>
      {column && !there && (
        <Field label={t("purpose")} hint={t("purposeHint")}>
          <Textarea rows={2} value={purpose} maxLength={400} onChange={(_, { value }) => setPurpose(value)} />
        </Field>
      )}
      {column?.sensitivity === "sensitive" && <Text>{t("addField.sensitive")}</Text>}
      {taken && <Text role="status">{t("addField.taken")}</Text>}
    </FormDialog>
  );
}

const rank = (column: Column) => {
  const at = USUAL.indexOf(column.name);
  return at < 0 ? USUAL.length : at;
};
