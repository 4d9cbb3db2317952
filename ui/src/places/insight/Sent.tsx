/** What somebody typed into a form, shown when it is asked for. */

import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useEntity } from "../../api/metadata";
import { rows } from "../../api/row";
import { Loading, Problem } from "../../shell/state";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "auto minmax(0, 1fr)", gap: `0 ${tokens.spacingHorizontalM}`, margin: 0 },
  value: { margin: 0, overflowWrap: "anywhere" },
});

export function Sent({ submission }: { submission: string }) {
  const styles = useStyles();
  const { t } = useTranslation("insight");
  const contact = useEntity("contact");
  const [open, setOpen] = useState(false);
  const found = useQuery({
    queryKey: ["insights", "sent", submission],
    enabled: open,
    queryFn: ({ signal }) =>
      rows("msdyncrm_marketingfieldsubmissions", { $select: "msdyncrm_fieldname,msdyncrm_fieldvalue", $filter: `_msdyncrm_marketingformsubmissionid_value eq ${submission}`, $orderby: "createdon" }, signal),
  });
  return (
    <>
      <Button size="small" appearance="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>{t(open ? "sent.hide" : "sent.show")}</Button>
      {open && found.isPending && <Loading />}
      {open && found.error && <Problem error={found.error} retry={() => void found.refetch()} />}
      {open && found.data?.length === 0 && <Text size={200} block>{t("sent.none")}</Text>}
      {open && found.data && found.data.length > 0 && (
        <dl className={styles.all}>
          {found.data.map((it, at) => {
            const name = String(it["msdyncrm_fieldname"]);
            return [
              <dt key={`${at}?`}>{contact.column(name)?.label ?? name}</dt>,
              <dd key={at} className={styles.value}>{String(it["msdyncrm_fieldvalue"] ?? "")}</dd>,
            ];
          })}
        </dl>
      )}
    </>
  );
}
