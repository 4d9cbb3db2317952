import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle, Switch, Text } from "@fluentui/react-components";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { may, useSession } from "../../api/session";
import { useNotices } from "../../shell/notices";
import { Loading, Problem } from "../../shell/state";
import { setSwitches, switchesQuery } from "./switches";

/** Both are off in a new store; what that means, and what we recommend. */
export function TwoSwitches() {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const notices = useNotices();
  const allowed = may(useSession(), "Write", "msgdpr_gdprconfiguration");
  const there = useQuery(switchesQuery);
  const changing = useMutation({
    mutationFn: ({ to }: { to: { enforced?: boolean; logging?: boolean }; back?: { enforced?: boolean; logging?: boolean } }) => setSwitches(to),
    onSuccess: async (_, { back }) => {
      await client.invalidateQueries({ queryKey: ["settings", "switches"] });
      notices.done(t(back ? "saved" : "undone"), back && (() => changing.mutate({ to: back })));
    },
    onError: notices.failed,
  });
  if (there.error) return <Problem error={there.error} retry={() => void there.refetch()} />;
  if (!there.data) return <Loading />;
  const { enforced, logging } = there.data;
  return (
    <>
      {!(enforced && logging) && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{t("consent.recommended")}</MessageBarTitle>
            {t("consent.recommendation")}
          </MessageBarBody>
          {allowed && (
            <MessageBarActions>
              <Button onClick={() => changing.mutate({ to: { enforced: true, logging: true }, back: { enforced, logging } })}>{t("consent.both")}</Button>
            </MessageBarActions>
          )}
        </MessageBar>
      )}
      <div>
        <Switch label={t("consent.enforced")} checked={enforced} disabled={!allowed || changing.isPending} onChange={(_, { checked }) => changing.mutate({ to: { enforced: checked }, back: { enforced } })} />
        <Text block size={200} style={{ paddingLeft: 52 }}>{t("consent.enforcedHint")}</Text>
      </div>
      <div>
        <Switch label={t("consent.logging")} checked={logging} disabled={!allowed || changing.isPending} onChange={(_, { checked }) => changing.mutate({ to: { logging: checked }, back: { logging } })} />
        <Text block size={200} style={{ paddingLeft: 52 }}>{t("consent.loggingHint")}</Text>
      </div>
    </>
  );
}
