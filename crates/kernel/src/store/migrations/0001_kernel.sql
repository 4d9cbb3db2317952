-- The kernel's own tables. Entity tables are derived from metadata (store/ddl.rs).

CREATE TABLE assent_sequence (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO assent_sequence (name, value) VALUES ('version', 1000);

-- Layers in force above the entity files: solutions that were enabled, and customers' own columns.
CREATE TABLE assent_layer (
  solution TEXT PRIMARY KEY,
  text     TEXT NOT NULL,
  since    INTEGER NOT NULL
) WITHOUT ROWID;

-- Hash-chained and append-only. `plain` holds values that are not personal, `sealed` the personal
-- ones under the key of the data subject; the hash covers the sealed bytes, not the values.
CREATE TABLE assent_audit (
  seq       INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  actor     TEXT NOT NULL,
  reason    TEXT,
  batch     BLOB,
  operation INTEGER NOT NULL,
  entity    TEXT NOT NULL,
  record    BLOB NOT NULL,
  subject   TEXT,
  columns   TEXT NOT NULL,
  plain     TEXT,
  sealed    BLOB,
  prev      BLOB NOT NULL,
  hash      BLOB NOT NULL
);
CREATE INDEX assent_audit_record ON assent_audit (record);
CREATE INDEX assent_audit_batch ON assent_audit (batch) WHERE batch IS NOT NULL;

-- The outbox of what happened: identifiers only.
CREATE TABLE assent_event (
  seq       INTEGER PRIMARY KEY AUTOINCREMENT,
  at        INTEGER NOT NULL,
  operation INTEGER NOT NULL,
  entity    TEXT NOT NULL,
  record    BLOB NOT NULL,
  columns   TEXT NOT NULL
);
CREATE TABLE assent_cursor (
  consumer TEXT PRIMARY KEY,
  seq      INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE assent_job (
  id       BLOB PRIMARY KEY,
  kind     TEXT NOT NULL,
  dedupe   TEXT UNIQUE,
  payload  TEXT NOT NULL,
  due      INTEGER NOT NULL,
  lease    INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  failure  TEXT,
  state    INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX assent_job_due ON assent_job (state, due);

CREATE TABLE assent_blob (
  id     BLOB PRIMARY KEY,
  sha256 TEXT NOT NULL,
  name   TEXT NOT NULL,
  size   INTEGER NOT NULL,
  data   BLOB NOT NULL
);

-- The erasures of the vault that have been carried out in this database. One that is missing here,
-- after a restore or a crash, is carried out before anything is served.
CREATE TABLE assent_erased (
  subject TEXT PRIMARY KEY,
  at      INTEGER NOT NULL
) WITHOUT ROWID;
