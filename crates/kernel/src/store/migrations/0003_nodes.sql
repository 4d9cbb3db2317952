-- What several nodes on one database agree by: how often the metadata changed, how many erasures were
-- carried out.
INSERT INTO assent_sequence (name, value) VALUES ('model', 0), ('erased', 0);
