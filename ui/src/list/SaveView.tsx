/** A list as it is now, kept as a view of one's own. */

import { Button, Field, Input, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ListQuery, print } from "../api/fetchxml";
import type { Detailed } from "../api/metadata";
import { FormDialog } from "../shell/FormDialog";
import { useNotices } from "../shell/notices";
import { changeView, removeView, saveView, type View, viewsQuery } from "./views";

export function SaveView({ entity, view, query, onSaved }: {
  entity: Detailed;
  view: View | undefined;
  query: ListQuery;
  onSaved(id: string | undefined): void;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const notices = useNotices();
  const [name, setName] = useState("");
  const [open, setOpen] = useState(false);
  const act = useMutation({
    mutationFn: async (act: () => Promise<unknown>) => act(),
    onSuccess: () => client.invalidateQueries({ queryKey: viewsQuery(entity.name).queryKey }),
    onError: notices.failed,
  });
  const fetchxml = print(query);
  const save = () =>
    act.mutate(async () => {
      const id = await saveView(name.trim(), entity.name, fetchxml);
      await client.invalidateQueries({ queryKey: viewsQuery(entity.name).queryKey });
      setOpen(false);
      notices.done(t("list.viewSaved"));
      onSaved(id);
    });
  return (
    <>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button>{t("list.thisView")}</Button>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            <MenuItem onClick={() => setOpen(true)}>{t("list.saveAs")}</MenuItem>
            {view?.personal && (
              <>
                <MenuItem onClick={() => act.mutate(async () => { await changeView(view.id, fetchxml); notices.done(t("list.viewSaved")); onSaved(view.id); })}>
                  {t("list.saveOver", { name: view.name })}
                </MenuItem>
                <MenuItem onClick={() => act.mutate(async () => { await removeView(view.id); notices.done(t("list.viewRemoved"), () => act.mutate(() => saveView(view.name, entity.name, print(view.query)))); onSaved(undefined); })}>
                  {t("list.removeView", { name: view.name })}
                </MenuItem>
              </>
            )}
          </MenuList>
        </MenuPopover>
      </Menu>
      <FormDialog
        open={open}
        title={t("list.saveAs")}
        yes={t("save")}
        ready={name.trim() !== ""}
        busy={act.isPending}
        onYes={save}
        onNo={() => setOpen(false)}
      >
        <Field label={t("name")} required>
          <Input value={name} maxLength={200} autoFocus onChange={(_, { value }) => setName(value)} />
        </Field>
      </FormDialog>
    </>
  );
}
