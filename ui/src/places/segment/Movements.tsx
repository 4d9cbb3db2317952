/** Who joined a segment and who left it, when, and why. */

import { Badge, makeStyles, Table, TableBody, TableCell, TableHeader, TableHeaderCell, TableRow, Text } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useEntity } from "../../api/metadata";
import { moment, reference, type Row, rows } from "../../api/row";
import { useNames } from "../../record/names";
import { Empty, Loading, Problem } from "../../shell/state";
import { isStatic } from "./segment";

const SHOWN = 100;
const SYSTEM = "00000000-0000-0000-0000-000000000001";

const useStyles = makeStyles({ box: { overflowX: "auto" } });

interface Movement {
  contact: string;
  at: string;
  joined: boolean;
  by: string;
  why: string;
}

export function Movements({ id, row }: { id: string; row: Row }) {
  const styles = useStyles();
  const { t } = useTranslation("segment");
  const contact = useEntity("contact");
  const found = useQuery({
    queryKey: ["segment", "movements", id],
    queryFn: async ({ signal }): Promise<Movement[]> => {
      const [joined, left] = await Promise.all([
        rows("assent_segmentmembers", { $select: "createdon,_assent_contactid_value,_createdby_value", $filter: `assent_segmentid eq ${id}`, $orderby: "createdon desc", $top: SHOWN }, signal),
        rows("assent_interactions", { $select: "assent_occurredon,assent_detail,_assent_contactid_value", $filter: `assent_segmentid eq ${id} and assent_type eq 'SegmentLeft'`, $orderby: "assent_occurredon desc", $top: SHOWN }, signal),
      ]);
      const all = [
        ...joined.map((it) => ({ contact: String(it["_assent_contactid_value"]), at: String(it["createdon"]), joined: true, by: reference(it, { name: "createdby", kind: "Lookup", targets: ["systemuser"] })?.id ?? SYSTEM, why: "" })),
        ...left.map((it) => ({ contact: String(it["_assent_contactid_value"]), at: String(it["assent_occurredon"]), joined: false, by: "", why: String(it["assent_detail"] ?? "") })),
      ];
      return all.sort((one, other) => other.at.localeCompare(one.at)).slice(0, SHOWN);
    },
  });
  const names = useNames((found.data ?? []).flatMap((it) => [`contact:${it.contact}`, ...(it.by && it.by !== SYSTEM ? [`systemuser:${it.by}`] : [])]));
  const why = (it: Movement) => {
    if (it.joined) return it.by === SYSTEM || !isStatic(row) ? t("why.fits") : t("why.picked", { who: names.get(`systemuser:${it.by}`) ?? it.by });
    const changed = /^changed: (.*)$/.exec(it.why)?.[1];
    if (changed) return t("why.changed", { what: changed.split(", ").map((name) => contact.column(name)?.label ?? name).join(", ") });
    const known: Record<string, string> = {
      "the filter does not hold": "why.filter", "taken out by hand": "why.hand", assent_interaction: "why.interaction", assent_segmentmember: "why.segment",
    };
    return known[it.why] ? t(known[it.why]!) : it.why;
  };
  if (found.isPending) return <Loading />;
  if (found.error) return <Problem error={found.error} retry={() => void found.refetch()} />;
  if (found.data.length === 0) return <Empty title={t("movements.none")}><Text>{t("movements.noneText")}</Text></Empty>;
  return (
    <div className={styles.box}>
      <Table size="small" aria-label={t("tab.movements")}>
        <TableHeader>
          <TableRow>
            {["when", "who", "what", "why"].map((it) => <TableHeaderCell key={it}>{t(`movements.${it}`)}</TableHeaderCell>)}
          </TableRow>
        </TableHeader>
        <TableBody>
          {found.data.map((it) => (
            <TableRow key={it.contact + it.at + String(it.joined)}>
              <TableCell>{moment(it.at)}</TableCell>
              <TableCell><Link to={`/record/contact/${it.contact}`}>{names.get(`contact:${it.contact}`) ?? it.contact}</Link></TableCell>
              <TableCell><Badge appearance="tint" color={it.joined ? "success" : "warning"}>{t(it.joined ? "movements.joined" : "movements.left")}</Badge></TableCell>
              <TableCell>{why(it)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
