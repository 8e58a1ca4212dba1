SELECT @@VERSION
SELECT count(*) FROM INFORMATION_SCHEMA.SCHEMATA WHERE SCHEMA_NAME = :schema
SELECT count(*) FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = :schema AND TABLE_NAME = 'rhumb_schema'
SELECT version FROM rhumb.rhumb_schema
SELECT name, full_name, email, description, password, password_changed, created, disabled, expires FROM rhumb.rhumb_user WHERE name_key = :key
SELECT name, full_name, email, description, password, password_changed, created, disabled, expires FROM rhumb.rhumb_user WHERE name_key > :after AND (:contains = '' OR CHARINDEX(:contains, name_key) > 0 OR CHARINDEX(:contains, LOWER(full_name)) > 0) ORDER BY name_key OFFSET 0 ROWS FETCH NEXT (:count) ROWS ONLY
INSERT INTO rhumb.rhumb_user (name_key, name, full_name, email, description, password, password_changed, created, disabled, expires) VALUES (:key, :name, :full_name, :email, :description, :password, :password_changed, :created, :disabled, :expires)
UPDATE rhumb.rhumb_user SET name_key = :key, name = :name, full_name = :full_name, email = :email, description = :description, disabled = :disabled, expires = :expires WHERE name_key = :was
UPDATE rhumb.rhumb_user SET password = :password, password_changed = :password_changed WHERE name_key = :key
UPDATE rhumb.rhumb_user SET password = :password WHERE name_key = :key AND password = :was
UPDATE rhumb.rhumb_member SET member_key = :key, member = :name WHERE kind = 'user' AND member_key = :was
DELETE FROM rhumb.rhumb_user WHERE name_key = :key
DELETE FROM rhumb.rhumb_member WHERE kind = 'user' AND member_key = :key
SELECT r.name AS role, r.description, m.kind, m.member FROM rhumb.rhumb_role r LEFT JOIN rhumb.rhumb_member m ON m.role_key = r.name_key ORDER BY r.name_key, m.kind DESC, m.member_key
SELECT r.name AS role, m.kind, m.member FROM rhumb.rhumb_member m JOIN rhumb.rhumb_role r ON r.name_key = m.role_key WHERE m.kind = 'role' OR (m.kind = 'user' AND m.member_key = :key)
SELECT name AS role, description, created FROM rhumb.rhumb_role WHERE name_key = :key
INSERT INTO rhumb.rhumb_role (name_key, name, description, created) VALUES (:key, :name, :description, :created)
UPDATE rhumb.rhumb_role SET name_key = :key, name = :name, description = :description WHERE name_key = :was
UPDATE rhumb.rhumb_member SET member_key = :key, member = :name WHERE kind = 'role' AND member_key = :was
DELETE FROM rhumb.rhumb_role WHERE name_key = :key
DELETE FROM rhumb.rhumb_member WHERE role_key = :key OR (kind = 'role' AND member_key = :key)
SELECT member FROM rhumb.rhumb_member WHERE role_key = :role AND kind = :kind AND member_key = :key
INSERT INTO rhumb.rhumb_member (role_key, kind, member_key, member) VALUES (:role, :kind, :key, :name)
DELETE FROM rhumb.rhumb_member WHERE role_key = :role AND kind = :kind AND member_key = :key
CREATE SCHEMA rhumb
CREATE TABLE rhumb.rhumb_schema (version bigint NOT NULL)
INSERT INTO rhumb.rhumb_schema (version) VALUES (1)
CREATE TABLE rhumb.rhumb_user (name_key varchar(128) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL PRIMARY KEY, name varchar(128) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL, full_name varchar(500) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL, email varchar(500) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL, description varchar(500) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL, password varchar(255) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL, password_changed bigint, created bigint NOT NULL, disabled bigint, expires bigint)
CREATE TABLE rhumb.rhumb_role (name_key varchar(128) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL PRIMARY KEY, name varchar(128) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL, description varchar(500) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL, created bigint NOT NULL)
CREATE TABLE rhumb.rhumb_member (role_key varchar(128) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL REFERENCES rhumb.rhumb_role (name_key) ON UPDATE CASCADE ON DELETE CASCADE, kind varchar(4) NOT NULL CHECK (kind IN ('user', 'role')), member_key varchar(128) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL, member varchar(128) COLLATE Latin1_General_100_BIN2_UTF8 NOT NULL, PRIMARY KEY (role_key, kind, member_key))
CREATE INDEX rhumb_member_of ON rhumb.rhumb_member (kind, member_key)
SET LOCK_TIMEOUT {ms}
SET XACT_ABORT ON
