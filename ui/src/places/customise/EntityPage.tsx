/** One entity: its columns with their privacy classification, its form, and what was added to it. */

import {
  Badge, Button, makeStyles, MessageBar, MessageBarBody, SearchBox, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text, tokens,
} from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Column, useEntities, useEntity } from "../../api/metadata";
import { holds, may, useSession } from "../../api/session";
import { Ask } from "../../shell/Ask";
import { AddIcon } from "../../shell/icons";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { removeColumn, removeEntity } from "./definition";
import { NewColumn } from "./NewColumn";

const useStyles = makeStyles({ box: { overflowX: "auto" }, search: { maxWidth: "360px", width: "100%" }, mark: { marginLeft: tokens.spacingHorizontalS } });

export default function EntityPage() {
  const { entity: name = "" } = useParams({ strict: false });
  return <One key={name} name={name} />;
}

function One({ name }: { name: string }) {
  const styles = useStyles();
  const { t } = useTranslation("customise");
  const session = useSession();
  const entity = useEntity(name);
  const entities = useEntities();
  const client = useQueryClient();
  const navigate = useNavigate();
  const notices = useNotices();
  const [text, setText] = useState("");
  const [making, setMaking] = useState(false);
  const [removing, setRemoving] = useState<Column | "entity" | null>(null);
  const removal = useMutation({
    mutationFn: (it: Column | "entity") => (it === "entity" ? removeEntity(name) : removeColumn(name, it.name)),
    onSuccess: async (_, it) => {
      setRemoving(null);
      notices.done(t("deleted"));
      if (it === "entity") void navigate({ to: "/entities" });
      await client.invalidateQueries({ queryKey: ["metadata"] });
    },
    onError: (error) => { setRemoving(null); notices.failed(error); },
  });
  const fits = entity.columns.filter((it) => `${it.label} ${it.name}`.toLowerCase().includes(text.toLowerCase()));
  const unclassified = entity.columns.filter((it) => it.added && it.sensitivity === "none");
  return (
    <Page
      title={entity.plural}
      above={<Text size={200}><Link to="/entities">{t("entities")}</Link></Text>}
      commands={
        <>
          <Button onClick={() => void navigate({ to: `/list/${name}` })}>{t("openList")}</Button>
          {may(session, "Write", "systemform") && <Button onClick={() => void navigate({ to: `/forms/${name}` })}>{t("customise")}</Button>}
          {holds(session, "prvDeleteEntity") && entity.added && <Button onClick={() => setRemoving("entity")}>{t("removeEntity")}</Button>}
          {holds(session, "prvCreateAttribute") && <Button appearance="primary" icon={<AddIcon />} onClick={() => setMaking(true)}>{t("newColumn")}</Button>}
        </>
      }
    >
      <Text>{entity.description}</Text>
      <Text>
        <code>{entity.name}</code> · {entity.subject.length ? t("subject", { path: entity.subject.join(", ") }) : t("noSubject")}
      </Text>
      {unclassified.length > 0 && entity.subject.length > 0 && (
        <MessageBar intent="warning"><MessageBarBody>{t("unclassified", { columns: unclassified.map((it) => it.label).join(", ") })}</MessageBarBody></MessageBar>
      )}
      <SearchBox className={styles.search} value={text} placeholder={t("list.findColumn")} aria-label={t("list.findColumn")} onChange={(_, { value }) => setText(value)} />
      <div className={styles.box}>
        <Table size="small" aria-label={t("list.columns")}>
          <TableHeader>
            <TableRow>{["column", "logicalName", "type", "privacy", "act"].map((it) => <TableHeaderCell key={it}>{t(`head.${it}`)}</TableHeaderCell>)}</TableRow>
          </TableHeader>
          <TableBody>
            {fits.map((it) => (
              <TableRow key={it.name}>
                <TableCell>
                  {it.label}
                  {it.required && <Badge className={styles.mark} appearance="outline">{t("required")}</Badge>}
                  {it.added && <Badge className={styles.mark}>{t("added")}</Badge>}
                </TableCell>
                <TableCell><code>{it.name}</code></TableCell>
                <TableCell>
                  {t(`type.${it.kind}`, it.kind)}
                  {it.targets.length > 0 && `: ${it.targets.map((target) => entities.get(target)?.label ?? target).join(", ")}`}
                  {it.maxLength !== undefined && ` (${it.maxLength})`}
                </TableCell>
                <TableCell>
                  {it.sensitivity === "none" ? t("sensitivity.none") : <><Badge color={it.sensitivity === "sensitive" ? "danger" : "warning"}>{t(`sensitivity.${it.sensitivity}`)}</Badge> {it.category}</>}
                </TableCell>
                <TableCell>{holds(session, "prvDeleteAttribute") && it.added && <Button size="small" onClick={() => setRemoving(it)}>{t("delete")}</Button>}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </div>
      {making && <NewColumn entity={entity} onEnd={() => setMaking(false)} />}
      <Ask
        open={removing !== null} title={t("removeTitle", { name: removing === "entity" ? entity.plural : (removing?.label ?? "") })} yes={t("delete")} busy={removal.isPending}
        onYes={() => removing && removal.mutate(removing)} onNo={() => setRemoving(null)}
      >
        {t("removeText")}
      </Ask>
    </Page>
  );
}
