/** Two people changed the same columns: what it was, what they made of it, what you made of it. */

import {
  Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Radio, RadioGroup, Text,
} from "@fluentui/react-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Detailed } from "../api/metadata";
import { type Draft, shownValue } from "../api/row";
import { useFocusBack } from "../shell/focus";
import { type Clash, given, settled } from "./draft";

/** Of a long text its beginning tells enough. */
const MOST = 300;
const begun = (text: string) => (text.length > MOST ? `${text.slice(0, MOST)} …` : text);

export function Conflict({ entity, clash, busy, named = {}, whole = [], onCancel, onSettle }: {
  entity: Detailed;
  clash: Clash;
  busy: boolean;
  /** What is beside the columns of the entity, by its name for people. */
  named?: Record<string, string> | undefined;
  /** What is no value that a person reads, such as a design: of it is only said whose it is. */
  whole?: readonly string[] | undefined;
  onCancel(): void;
  onSettle(draft: Draft): void;
}) {
  const { t } = useTranslation();
  useFocusBack(true);
  const [choice, setChoice] = useState<Record<string, string>>({});
  const { columns, draft, base, theirs } = clash;
  const chosen = (name: string) => choice[name] ?? "theirs";
  const settle = () => {
    const after: Draft = { ...draft };
    for (const name of columns) {
      if (chosen(name) === "theirs") delete after[name];
      if (chosen(name) === "base") after[name] = base[name] ?? null;
    }
    onSettle(settled(after, theirs, entity));
  };
  const words = (name: string, value: Draft[string]) => {
    if (value !== null && typeof value === "object") return value.name;
    const column = entity.column(name);
    return begun(column ? shownValue(value, column) : String(value ?? "")) || t("none");
  };
  const option = (name: string, of: "theirs" | "mine" | "base", value: Draft[string]) =>
    whole.includes(name) ? t(`conflict.${of}Whole`) : t(`conflict.${of}`, { value: words(name, value) });
  return (
    <Dialog open modalType="alert" onOpenChange={onCancel}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t("conflict.title")}</DialogTitle>
          <DialogContent>
            <Text block>{t("conflict.text")}</Text>
            {columns.map((name) => (
              <fieldset key={name} style={{ border: 0, padding: 0, marginTop: 12 }}>
                <legend><Text weight="semibold">{named[name] ?? entity.column(name)?.label ?? name}</Text></legend>
                <RadioGroup value={chosen(name)} onChange={(_, { value }) => setChoice({ ...choice, [name]: value })}>
                  <Radio value="theirs" label={option(name, "theirs", given(theirs, entity, name))} />
                  <Radio value="mine" label={option(name, "mine", draft[name] ?? null)} />
                  <Radio value="base" label={option(name, "base", base[name] ?? null)} />
                </RadioGroup>
              </fieldset>
            ))}
          </DialogContent>
          <DialogActions>
            <Button onClick={onCancel}>{t("cancel")}</Button>
            <Button appearance="primary" disabled={busy} onClick={settle}>{t("save")}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
