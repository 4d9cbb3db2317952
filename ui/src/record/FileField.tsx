/** A file in a column: put there, taken out, downloaded. It is kept at once, not with the other changes. */

import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { download, putFile, send } from "../api/http";
import type { Column, Entity } from "../api/metadata";
import type { Row } from "../api/row";
import { useNotices } from "../shell/notices";

const useStyles = makeStyles({ line: { display: "flex", flexWrap: "wrap", gap: tokens.spacingHorizontalS, alignItems: "center" } });

export function FileField({ entity, id, column, row, disabled }: {
  entity: Pick<Entity, "name" | "set">;
  id: string;
  column: Column;
  row: Row;
  disabled: boolean;
}) {
  const styles = useStyles();
  const { t } = useTranslation();
  const client = useQueryClient();
  const notices = useNotices();
  const chooser = useRef<HTMLInputElement>(null);
  const address = `${entity.set}(${id})/${column.name}`;
  const there = row[column.name] !== null && row[column.name] !== undefined;
  const name = String(row[`${column.name}_name`] ?? column.label);
  const act = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSuccess: () => client.invalidateQueries({ queryKey: ["row", entity.name, id] }),
    onError: notices.failed,
  });
  return (
    <div className={styles.line}>
      {there && (
        <Button onClick={() => act.mutate(async () => download(name, await (await send(`${address}/$value`)).blob()))}>{name}</Button>
      )}
      {!there && disabled && "–"}
      {!disabled && (
        <>
          <input
            ref={chooser}
            type="file"
            hidden
            aria-label={column.label}
            onChange={(event) => {
              const file = event.target.files?.[0];
              if (file) act.mutate(() => putFile(address, file));
              event.target.value = "";
            }}
          />
          <Button size="small" disabled={act.isPending} onClick={() => chooser.current?.click()}>
            {t(act.isPending ? "file.uploading" : there ? "file.replace" : "file.choose")}
          </Button>
          {there && <Button size="small" onClick={() => act.mutate(() => send(address, { method: "DELETE" }))}>{t("remove")}</Button>}
        </>
      )}
    </div>
  );
}
