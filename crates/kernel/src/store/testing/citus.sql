-- Stand-ins for the functions of Citus that the distributed layout calls, with their signatures. They spread nothing.
-- They refuse what Citus documents that it refuses, so that a layout that could not be spread fails here too:
-- a unique index or primary key without the distribution column, a distribution column that may be null, a foreign key
-- that leaves its shard, and any update of the distribution column.

CREATE TABLE standin_place (
  relation  regclass PRIMARY KEY,
  kind      text NOT NULL,
  spread_by text,
  beside    regclass
);

CREATE FUNCTION standin_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'modifying the partition value of rows is not allowed' USING ERRCODE = 'feature_not_supported';
END $$;

-- What does not fit in the places of all tables, one line each.
CREATE FUNCTION standin_problems() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT format('%s: the unique index %s lacks %s', p.relation, i.indexrelid::regclass, p.spread_by)
    FROM standin_place p
    JOIN pg_index i ON i.indrelid = p.relation AND i.indisunique
    JOIN pg_attribute a ON a.attrelid = p.relation AND a.attname = p.spread_by
   WHERE NOT a.attnum = ANY (i.indkey::int2[])
  UNION ALL
  SELECT format('%s: %s may be null', p.relation, p.spread_by)
    FROM standin_place p
    JOIN pg_attribute a ON a.attrelid = p.relation AND a.attname = p.spread_by
   WHERE NOT a.attnotnull
  UNION ALL
  SELECT format('%s: the foreign key %s leaves its shard', c.conrelid::regclass, c.conname)
    FROM pg_constraint c
    LEFT JOIN standin_place f ON f.relation = c.conrelid
    LEFT JOIN standin_place t ON t.relation = c.confrelid
   WHERE c.contype = 'f' AND (f.spread_by IS NOT NULL OR t.spread_by IS NOT NULL)
     AND NOT (f.kind = 'distributed' AND t.kind = 'reference')
     AND NOT (f.kind = 'distributed' AND t.kind = 'distributed' AND f.beside = t.beside AND EXISTS (
       SELECT 1 FROM unnest(c.conkey, c.confkey) AS pair(mine, theirs)
         JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = pair.mine AND a.attname = f.spread_by
         JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = pair.theirs AND b.attname = t.spread_by))
$$;

CREATE FUNCTION standin_check() RETURNS void LANGUAGE plpgsql AS $$
DECLARE problem text;
BEGIN
  SELECT * INTO problem FROM standin_problems() LIMIT 1;
  IF problem IS NOT NULL THEN
    RAISE EXCEPTION '%', problem USING ERRCODE = 'feature_not_supported';
  END IF;
END $$;

CREATE FUNCTION create_distributed_table(
  table_name regclass, distribution_column text, distribution_type text DEFAULT 'hash',
  colocate_with text DEFAULT 'default', shard_count int DEFAULT NULL
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first regclass;
  mine  regtype;
BEGIN
  IF EXISTS (SELECT 1 FROM standin_place WHERE relation = table_name) THEN
    RAISE EXCEPTION 'table "%" is already distributed', table_name USING ERRCODE = 'invalid_table_definition';
  END IF;
  SELECT atttypid INTO STRICT mine FROM pg_attribute WHERE attrelid = table_name AND attname = distribution_column;
  IF colocate_with = 'none' THEN
    first := table_name;
  ELSE
    SELECT beside INTO first FROM standin_place p
      JOIN pg_attribute a ON a.attrelid = p.relation AND a.attname = p.spread_by AND a.atttypid = mine
     WHERE p.relation = colocate_with::regclass AND p.kind = 'distributed';
    IF first IS NULL THEN
      RAISE EXCEPTION 'cannot colocate tables % and %', colocate_with, table_name USING ERRCODE = 'invalid_table_definition';
    END IF;
  END IF;
  INSERT INTO standin_place VALUES (table_name, 'distributed', distribution_column, first);
  PERFORM standin_check();
  EXECUTE format('CREATE TRIGGER standin_stays BEFORE UPDATE OF %I ON %s FOR EACH ROW EXECUTE FUNCTION standin_refuse()',
                 distribution_column, table_name);
END $$;

CREATE FUNCTION create_reference_table(table_name regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO standin_place VALUES (table_name, 'reference', NULL, NULL);
  PERFORM standin_check();
END $$;

CREATE FUNCTION citus_add_local_table_to_metadata(table_name regclass, cascade_via_foreign_keys boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO standin_place VALUES (table_name, 'local', NULL, NULL);
  PERFORM standin_check();
END $$;
