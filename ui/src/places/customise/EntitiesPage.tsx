/** Every entity that there is, and the way to one of one's own. */

import { Badge, Button, makeStyles, SearchBox, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, tokens } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEntities } from "../../api/metadata";
import { holds, useSession } from "../../api/session";
import { AddIcon } from "../../shell/icons";
import { Page } from "../../shell/page";
import { Wide } from "../../shell/Wide";
import { NewEntity } from "./NewEntity";

const useStyles = makeStyles({ search: { maxWidth: "360px", width: "100%" }, mark: { marginLeft: tokens.spacingHorizontalS } });

export default function EntitiesPage() {
  const styles = useStyles();
  const { t } = useTranslation("customise");
  const entities = useEntities();
  const session = useSession();
  const [text, setText] = useState("");
  const [making, setMaking] = useState(false);
  const fits = [...entities.values()]
    .filter((it) => !it.intersect && `${it.plural} ${it.name}`.toLowerCase().includes(text.toLowerCase()))
    .sort((one, other) => Number(other.added) - Number(one.added) || one.plural.localeCompare(other.plural));
  return (
    <Page title={t("entities")} commands={holds(session, "prvCreateEntity") && <Button appearance="primary" icon={<AddIcon />} onClick={() => setMaking(true)}>{t("newEntity")}</Button>}>
      <SearchBox className={styles.search} value={text} placeholder={t("findEntity")} aria-label={t("findEntity")} onChange={(_, { value }) => setText(value)} />
      <Wide label={t("entities")} least={640}>
        <Table size="small" aria-label={t("entities")}>
          <TableHeader>
            <TableRow>
              <TableHeaderCell>{t("name")}</TableHeaderCell>
              <TableHeaderCell>{t("logicalName")}</TableHeaderCell>
              <TableHeaderCell>{t("description")}</TableHeaderCell>
            </TableRow>
          </TableHeader>
          <TableBody>
            {fits.map((it) => (
              <TableRow key={it.name}>
                <TableCell>
                  <Link to={`/entities/${it.name}`}>{it.plural}</Link>
                  {it.added && <Badge className={styles.mark}>{t("added")}</Badge>}
                </TableCell>
                <TableCell style={{ overflowWrap: "anywhere" }}><code>{it.name}</code></TableCell>
                <TableCell>{it.description}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </Wide>
      {making && <NewEntity onEnd={() => setMaking(false)} />}
    </Page>
  );
}
