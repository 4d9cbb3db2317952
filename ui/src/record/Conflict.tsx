/** Two people changed the same columns: what it was, what they made of it, what you made of it. */

import {
  Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Radio, RadioGroup, Text,
} from "@fluentui/react-components";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Detailed } from "../api/metadata";
import { type Draft, shown, shownValue } from "../api/row";
import { type Clash, given, settled } from "./draft";

export function Conflict({ entity, draft, clash, onCancel, onSettle }: {
  entity: Detailed;
  draft: Draft;
  clash: Clash;
  onCancel(): void;
  onSettle(draft: Draft): void;
}) {
  const { t } = useTranslation();
  const [choice, setChoice] = useState<Record<string, string>>(Object.fromEntries(clash.columns.map((it) => [it, "theirs"])));
  const settle = () => {
    const after: Draft = { ...draft };
    for (const name of clash.columns) {
      if (choice[name] === "theirs") delete after[name];
      if (choice[name] === "base") after[name] = given(clash.base, entity, name);
    }
    onSettle(settled(after, clash.theirs, entity));
  };
  return (
    <Dialog open modalType="alert" onOpenChange={onCancel}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t("conflict.title")}</DialogTitle>
          <DialogContent>
            <Text block>{t("conflict.text")}</Text>
            {clash.columns.map((name) => {
              const column = entity.column(name);
              if (!column) return null;
              const mine = draft[name] ?? null;
              const words = (text: string) => text || t("none");
              return (
                <fieldset key={name} style={{ border: 0, padding: 0, marginTop: 12 }}>
                  <legend><Text weight="semibold">{column.label}</Text></legend>
                  <RadioGroup value={choice[name] ?? "theirs"} onChange={(_, { value }) => setChoice({ ...choice, [name]: value })}>
                    <Radio value="theirs" label={t("conflict.theirs", { value: words(shown(clash.theirs, column)) })} />
                    <Radio value="mine" label={t("conflict.mine", { value: words(mine !== null && typeof mine === "object" ? mine.name : shownValue(mine, column)) })} />
                    <Radio value="base" label={t("conflict.base", { value: words(shown(clash.base, column)) })} />
                  </RadioGroup>
                </fieldset>
              );
            })}
          </DialogContent>
          <DialogActions>
            <Button onClick={onCancel}>{t("cancel")}</Button>
            <Button appearance="primary" onClick={settle}>{t("save")}</Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
