/** The input of a time zone: found by typing a city; what is typed and is none is refused by the server, by name. */

import { Combobox, Option } from "@fluentui/react-components";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { zoneName } from "../api/zone";

const MOST = 20;

export function ZoneInput({ value, onChange, ...own }: {
  value: string;
  onChange(value: string | null): void;
  id?: string;
  "aria-label"?: string;
  disabled: boolean;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState<string | null>(null);
  const words = useDeferredValue((typed ?? "").trim().toLowerCase());
  const zones = useMemo(() => Intl.supportedValuesOf("timeZone").filter((it) => zoneName(it).toLowerCase().includes(words)).slice(0, MOST), [words]);
  return (
    <Combobox
      {...own}
      freeform
      value={typed ?? zoneName(value)}
      selectedOptions={value ? [value] : []}
      onChange={(event) => setTyped(event.target.value)}
      onOptionSelect={(_, { optionValue }) => {
        // Typing lets go of what was chosen; until something else is, it stays.
        if (!optionValue) return;
        setTyped(null);
        onChange(optionValue);
      }}
      onBlur={() => {
        if (typed === null) return;
        const text = typed.trim().replaceAll(" ", "_");
        setTyped(null);
        onChange(text || null);
      }}
      positioning="below-start"
      listbox={{ style: { maxHeight: "320px" } }}
    >
      {zones.map((it) => <Option key={it} value={it} text={zoneName(it)}>{zoneName(it)}</Option>)}
      {zones.length === 0 && <Option disabled value="" text="">{t("noZone")}</Option>}
    </Combobox>
  );
}
