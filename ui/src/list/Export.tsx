import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { download, send } from "../api/http";
import type { Entity } from "../api/metadata";
import { count } from "../api/row";
import { useNotices } from "../shell/notices";

/** The rows of the list as a file: all of them, as they are ordered and narrowed now. */
export function Export({ entity, fetchxml, total }: { entity: Entity; fetchxml: string; total: number }) {
  const { t } = useTranslation();
  const notices = useNotices();
  const fetching = useMutation({
    mutationFn: async (format: string) => {
      const answer = await send(`/api/export/v9.2?fetchXml=${encodeURIComponent(fetchxml)}&format=${format}`);
      download(`${entity.plural}.${format}`, await answer.blob());
    },
    onSuccess: () => notices.done(t("list.exported", { count: total, shown: count(total) })),
    onError: notices.failed,
  });
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button disabled={total === 0 || fetching.isPending}>{fetching.isPending ? t("list.exporting") : t("list.export")}</Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={() => fetching.mutate("xlsx")}>{t("list.xlsx")}</MenuItem>
          <MenuItem onClick={() => fetching.mutate("csv")}>CSV</MenuItem>
          <MenuItem onClick={() => fetching.mutate("json")}>JSON</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
