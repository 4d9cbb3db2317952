/** The same requests as a table, for who compares dates. */

import { makeStyles, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow } from "@fluentui/react-components";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { day } from "../../api/row";
import { Due } from "./Due";
import type { Request } from "./request";

const useStyles = makeStyles({ box: { overflowX: "auto" }, table: { minWidth: "900px" } });

export function BoardTable({ open, closed }: { open: Request[]; closed: Request[] }) {
  const styles = useStyles();
  const { t } = useTranslation("privacy");
  return (
    <div className={styles.box}>
      <Table size="small" aria-label={t("board.title")} className={styles.table}>
        <TableHeader>
          <TableRow>
            {["number", "type", "person", "status", "received", "due", "limit", "owner"].map((it) => (
              <TableHeaderCell key={it}>{t(`board.column.${it}`)}</TableHeaderCell>
            ))}
          </TableRow>
        </TableHeader>
        <TableBody>
          {[...open, ...closed].map((it) => (
            <TableRow key={it.id}>
              <TableCell><Link to={`/privacy/request/${it.id}`}>{it.number}</Link></TableCell>
              <TableCell>{t(`type.${it.type}`)}</TableCell>
              <TableCell>{it.person || it.email || t("noPerson")}</TableCell>
              <TableCell>{t(`status.${it.status}`)}</TableCell>
              <TableCell>{day(it.receivedOn)}</TableCell>
              <TableCell>{it.closed ? day(it.dueOn) : <Due on={it.dueOn} zone={it.zone} label={day(it.dueOn)} />}</TableCell>
              <TableCell>{it.closed ? day(it.limitOn) : <Due on={it.limitOn} zone={it.zone} label={day(it.limitOn)} />}</TableCell>
              <TableCell>{it.owner.name}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
