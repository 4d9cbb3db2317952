/** Teams: their members, and the roles that members have through them. */

import { Accordion, AccordionHeader, AccordionItem, AccordionPanel, Button, Field, Input, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { create, rows } from "../../api/row";
import { may, useSession } from "../../api/session";
import { useNotices } from "../../shell/notices";
import { Page } from "../../shell/page";
import { Empty, Loading, Problem } from "../../shell/state";
import { Above } from "./Above";
import { Associated, ROLES, USERS } from "./Associated";
import { useRoleName } from "./roles";

const useStyles = makeStyles({
  new: { display: "flex", gap: tokens.spacingHorizontalS, alignItems: "end" },
  panel: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalS, paddingBottom: tokens.spacingVerticalM },
});

export default function Teams() {
  const styles = useStyles();
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const session = useSession();
  const roleName = useRoleName();
  const [name, setName] = useState("");
  const teams = useQuery({
    queryKey: ["settings", "teams"],
    queryFn: ({ signal }) => rows("teams", { $select: "name,description", $orderby: "name" }, signal),
  });
  const making = useMutation({
    mutationFn: () => create("teams", { name: name.trim() }),
    onSuccess: async () => {
      setName("");
      await client.invalidateQueries({ queryKey: ["settings", "teams"] });
      await client.invalidateQueries({ queryKey: ["associated"] });
      notices.done(t("created"));
    },
    onError: notices.failed,
  });
  return (
    <Page title={t("teams.title")} above={<Above to="/settings/users" name={t("users.title")} />}>
      <Text>{t("teams.about")}</Text>
      {may(session, "Create", "team") && (
        <form className={styles.new} onSubmit={(event) => { event.preventDefault(); if (name.trim()) making.mutate(); }}>
          <Field label={t("teams.new")}><Input value={name} maxLength={160} onChange={(_, { value }) => setName(value)} /></Field>
          <Button type="submit" disabled={!name.trim() || making.isPending}>{t("add")}</Button>
        </form>
      )}
      {teams.error && <Problem error={teams.error} retry={() => void teams.refetch()} />}
      {teams.isPending && <Loading />}
      {teams.data?.length === 0 && <Empty title={t("teams.nothing")}><Text>{t("teams.nothingText")}</Text></Empty>}
      <Accordion multiple collapsible>
        {teams.data?.map((it) => {
          const id = String(it["teamid"]);
          return (
            <AccordionItem key={id} value={id}>
              <AccordionHeader as="h2">{it["name"]}</AccordionHeader>
              <AccordionPanel className={styles.panel}>
                {it["description"] && <Text>{it["description"]}</Text>}
                <Text weight="semibold">{t("teams.members")}</Text>
                <Associated of="teams" id={id} by="teammembership_association" target={USERS} filter="isdisabled eq false" label={t("teams.members")} nothing={t("teams.noMembers")} readOnly={!may(session, "Create", "teammembership")} />
                <Text weight="semibold">{t("teams.roles")}</Text>
                <Associated of="teams" id={id} by="teamroles_association" target={ROLES} filter="name ne 'public'" label={t("teams.roles")} nothing={t("teams.noRoles")} readOnly={!may(session, "Create", "teamroles")} words={roleName} />
                <Link to={`/record/team/${id}`}>{t("teams.record")}</Link>
              </AccordionPanel>
            </AccordionItem>
          );
        })}
      </Accordion>
    </Page>
  );
}
