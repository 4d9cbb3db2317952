/** Finds a contact while somebody types a name or an address. */

import { Combobox, Option, Text } from "@fluentui/react-components";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { rows } from "../../api/row";

export interface Person {
  id: string;
  name: string;
  email: string;
}

export function PersonPicker({ id, onPick }: { id?: string; onPick(person: Person): void }) {
  const { t } = useTranslation("privacy");
  const [typed, setTyped] = useState("");
  const words = useDeferredValue(typed.trim());
  const found = useQuery({
    queryKey: ["list", "contact", "picker", words],
    enabled: words.length >= 2,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const text = words.replaceAll("'", "''");
      const all = await rows("contacts", {
        $select: "fullname,emailaddress1",
        $filter: `contains(fullname,'${text}') or contains(emailaddress1,'${text}')`,
        $orderby: "fullname",
        $top: 10,
      }, signal);
      return all.map((it): Person => ({ id: String(it["contactid"]), name: String(it["fullname"] ?? ""), email: String(it["emailaddress1"] ?? "") }));
    },
  });
  const people = words.length >= 2 ? (found.data ?? []) : [];
  return (
    <Combobox
      {...(id ? { id } : {})}
      freeform
      value={typed}
      selectedOptions={[]}
      placeholder={t("new.find")}
      onChange={(event) => setTyped(event.target.value)}
      onOptionSelect={(_, { optionValue }) => {
        const person = people.find((it) => it.id === optionValue);
        if (!person) return;
        setTyped(person.name);
        onPick(person);
      }}
    >
      {people.map((it) => (
        <Option key={it.id} value={it.id} text={it.name}>
          <span>{it.name} <Text size={200}>{it.email || t("new.noAddress")}</Text></span>
        </Option>
      ))}
      {words.length >= 2 && found.isSuccess && people.length === 0 && <Option disabled value="" text="">{t("new.nobody")}</Option>}
    </Combobox>
  );
}
