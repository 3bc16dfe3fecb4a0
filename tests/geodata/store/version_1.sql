-- A store as version 1 of the schema made it (a town, two places), statement by statement.
PRAGMA application_id = 1196444487;
PRAGMA user_version = 10300;
CREATE TABLE areas (
	fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	geometry MULTIPOLYGON,
	code TEXT NOT NULL,
	name TEXT,
	level TEXT NOT NULL,
	parent TEXT,
	manager TEXT,
	parent_level TEXT,
	parent_how TEXT
);
CREATE UNIQUE INDEX areas_level_code ON areas (level, code);
CREATE TABLE places (
	fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	geometry POINT,
	id TEXT NOT NULL,
	name TEXT,
	address TEXT,
	industry TEXT,
	risk TEXT,
	headcount INTEGER,
	department TEXT,
	tags TEXT,
	leader TEXT,
	opened DATE,
	closed DATE,
	status TEXT
);
CREATE UNIQUE INDEX places_id ON places (id);
CREATE TABLE inspections (
	fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	geometry POINT,
	id TEXT NOT NULL,
	place_id TEXT,
	place_name TEXT,
	officer TEXT,
	"by" TEXT,
	at DATETIME,
	kind TEXT,
	accuracy REAL,
	geotag TEXT,
	result TEXT,
	note TEXT,
	photos TEXT
);
CREATE UNIQUE INDEX inspections_id ON inspections (id);
CREATE TABLE hazards (
	fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	geometry POINT,
	id TEXT NOT NULL,
	inspection_id TEXT,
	place_id TEXT,
	found_at DATETIME,
	level TEXT,
	category TEXT,
	description TEXT,
	deadline DATE,
	rectified_at DATETIME,
	closed_at DATETIME,
	void BOOLEAN,
	measures TEXT,
	responsible TEXT,
	funds TEXT,
	"plan" TEXT,
	supervisor TEXT,
	address TEXT
);
CREATE UNIQUE INDEX hazards_id ON hazards (id);
CREATE TABLE tracks (
	fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	geometry MULTILINESTRING,
	id TEXT NOT NULL,
	officer TEXT,
	start DATETIME,
	"end" DATETIME,
	times TEXT
);
CREATE UNIQUE INDEX tracks_id ON tracks (id);
CREATE TABLE roads (
	fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	geometry MULTILINESTRING,
	id TEXT NOT NULL,
	name TEXT,
	class TEXT,
	oneway BOOLEAN,
	speed REAL
);
CREATE UNIQUE INDEX roads_id ON roads (id);
CREATE TABLE water (
	fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	geometry MULTIPOLYGON,
	id TEXT NOT NULL,
	name TEXT
);
CREATE UNIQUE INDEX water_id ON water (id);
CREATE TABLE officers (
	fid INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	id TEXT NOT NULL,
	name TEXT,
	role TEXT,
	area TEXT,
	mode TEXT,
	shift TEXT
);
CREATE UNIQUE INDEX officers_id ON officers (id);
CREATE TABLE wangge_settings (
	"key" TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY ("key")
);
CREATE TABLE wangge_audit (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
	at DATETIME NOT NULL,
	actor TEXT NOT NULL,
	action TEXT NOT NULL,
	"table" TEXT NOT NULL,
	source TEXT NOT NULL,
	inserted INTEGER NOT NULL,
	updated INTEGER NOT NULL,
	unchanged INTEGER NOT NULL,
	changes TEXT NOT NULL
);
CREATE TABLE gpkg_spatial_ref_sys (
	srs_name TEXT NOT NULL,
	srs_id INTEGER NOT NULL,
	organization TEXT NOT NULL,
	organization_coordsys_id INTEGER NOT NULL,
	definition TEXT NOT NULL,
	description TEXT,
	PRIMARY KEY (srs_id)
);
CREATE TABLE gpkg_extensions (
	table_name TEXT,
	column_name TEXT,
	extension_name TEXT NOT NULL,
	definition TEXT NOT NULL,
	scope TEXT NOT NULL,
	UNIQUE (table_name, column_name, extension_name)
);
CREATE TABLE gpkg_contents (
	table_name TEXT NOT NULL,
	data_type TEXT NOT NULL,
	identifier TEXT,
	description TEXT DEFAULT '',
	last_change DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')) NOT NULL,
	min_x DOUBLE,
	min_y DOUBLE,
	max_x DOUBLE,
	max_y DOUBLE,
	srs_id INTEGER,
	PRIMARY KEY (table_name),
	UNIQUE (identifier),
	FOREIGN KEY(srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
CREATE TABLE gpkg_geometry_columns (
	table_name TEXT NOT NULL,
	column_name TEXT NOT NULL,
	geometry_type_name TEXT NOT NULL,
	srs_id INTEGER NOT NULL,
	z TINYINT NOT NULL,
	m TINYINT NOT NULL,
	PRIMARY KEY (table_name, column_name),
	UNIQUE (table_name),
	FOREIGN KEY(table_name) REFERENCES gpkg_contents (table_name),
	FOREIGN KEY(srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
CREATE VIRTUAL TABLE "rtree_areas_geometry" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_places_geometry" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_inspections_geometry" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_hazards_geometry" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_tracks_geometry" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_roads_geometry" USING rtree(id, minx, maxx, miny, maxy);
CREATE VIRTUAL TABLE "rtree_water_geometry" USING rtree(id, minx, maxx, miny, maxy);
CREATE TRIGGER "rtree_areas_geometry_insert" AFTER INSERT ON "areas" WHEN (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN INSERT OR REPLACE INTO "rtree_areas_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_areas_geometry_update1" AFTER UPDATE OF "geometry" ON "areas" WHEN OLD."fid" = NEW."fid" AND (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN INSERT OR REPLACE INTO "rtree_areas_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_areas_geometry_update2" AFTER UPDATE OF "geometry" ON "areas" WHEN OLD."fid" = NEW."fid" AND (NEW."geometry" ISNULL OR ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_areas_geometry" WHERE id = OLD."fid"; END;
CREATE TRIGGER "rtree_areas_geometry_update3" AFTER UPDATE ON "areas" WHEN OLD."fid" != NEW."fid" AND (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_areas_geometry" WHERE id = OLD."fid"; INSERT OR REPLACE INTO "rtree_areas_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_areas_geometry_update4" AFTER UPDATE ON "areas" WHEN OLD."fid" != NEW."fid" AND (NEW."geometry" ISNULL OR ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_areas_geometry" WHERE id IN (OLD."fid", NEW."fid"); END;
CREATE TRIGGER "rtree_areas_geometry_delete" AFTER DELETE ON "areas" WHEN OLD."geometry" NOT NULL BEGIN DELETE FROM "rtree_areas_geometry" WHERE id = OLD."fid"; END;
CREATE TRIGGER "rtree_places_geometry_insert" AFTER INSERT ON "places" WHEN (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN INSERT OR REPLACE INTO "rtree_places_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_places_geometry_update1" AFTER UPDATE OF "geometry" ON "places" WHEN OLD."fid" = NEW."fid" AND (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN INSERT OR REPLACE INTO "rtree_places_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_places_geometry_update2" AFTER UPDATE OF "geometry" ON "places" WHEN OLD."fid" = NEW."fid" AND (NEW."geometry" ISNULL OR ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_places_geometry" WHERE id = OLD."fid"; END;
CREATE TRIGGER "rtree_places_geometry_update3" AFTER UPDATE ON "places" WHEN OLD."fid" != NEW."fid" AND (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_places_geometry" WHERE id = OLD."fid"; INSERT OR REPLACE INTO "rtree_places_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_places_geometry_update4" AFTER UPDATE ON "places" WHEN OLD."fid" != NEW."fid" AND (NEW."geometry" ISNULL OR ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_places_geometry" WHERE id IN (OLD."fid", NEW."fid"); END;
CREATE TRIGGER "rtree_places_geometry_delete" AFTER DELETE ON "places" WHEN OLD."geometry" NOT NULL BEGIN DELETE FROM "rtree_places_geometry" WHERE id = OLD."fid"; END;
CREATE TRIGGER "rtree_inspections_geometry_insert" AFTER INSERT ON "inspections" WHEN (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN INSERT OR REPLACE INTO "rtree_inspections_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_inspections_geometry_update1" AFTER UPDATE OF "geometry" ON "inspections" WHEN OLD."fid" = NEW."fid" AND (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN INSERT OR REPLACE INTO "rtree_inspections_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_inspections_geometry_update2" AFTER UPDATE OF "geometry" ON "inspections" WHEN OLD."fid" = NEW."fid" AND (NEW."geometry" ISNULL OR ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_inspections_geometry" WHERE id = OLD."fid"; END;
CREATE TRIGGER "rtree_inspections_geometry_update3" AFTER UPDATE ON "inspections" WHEN OLD."fid" != NEW."fid" AND (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_inspections_geometry" WHERE id = OLD."fid"; INSERT OR REPLACE INTO "rtree_inspections_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_inspections_geometry_update4" AFTER UPDATE ON "inspections" WHEN OLD."fid" != NEW."fid" AND (NEW."geometry" ISNULL OR ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_inspections_geometry" WHERE id IN (OLD."fid", NEW."fid"); END;
CREATE TRIGGER "rtree_inspections_geometry_delete" AFTER DELETE ON "inspections" WHEN OLD."geometry" NOT NULL BEGIN DELETE FROM "rtree_inspections_geometry" WHERE id = OLD."fid"; END;
CREATE TRIGGER "rtree_hazards_geometry_insert" AFTER INSERT ON "hazards" WHEN (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN INSERT OR REPLACE INTO "rtree_hazards_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_hazards_geometry_update1" AFTER UPDATE OF "geometry" ON "hazards" WHEN OLD."fid" = NEW."fid" AND (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN INSERT OR REPLACE INTO "rtree_hazards_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_hazards_geometry_update2" AFTER UPDATE OF "geometry" ON "hazards" WHEN OLD."fid" = NEW."fid" AND (NEW."geometry" ISNULL OR ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_hazards_geometry" WHERE id = OLD."fid"; END;
CREATE TRIGGER "rtree_hazards_geometry_update3" AFTER UPDATE ON "hazards" WHEN OLD."fid" != NEW."fid" AND (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_hazards_geometry" WHERE id = OLD."fid"; INSERT OR REPLACE INTO "rtree_hazards_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_hazards_geometry_update4" AFTER UPDATE ON "hazards" WHEN OLD."fid" != NEW."fid" AND (NEW."geometry" ISNULL OR ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_hazards_geometry" WHERE id IN (OLD."fid", NEW."fid"); END;
CREATE TRIGGER "rtree_hazards_geometry_delete" AFTER DELETE ON "hazards" WHEN OLD."geometry" NOT NULL BEGIN DELETE FROM "rtree_hazards_geometry" WHERE id = OLD."fid"; END;
CREATE TRIGGER "rtree_tracks_geometry_insert" AFTER INSERT ON "tracks" WHEN (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN INSERT OR REPLACE INTO "rtree_tracks_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_tracks_geometry_update1" AFTER UPDATE OF "geometry" ON "tracks" WHEN OLD."fid" = NEW."fid" AND (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN INSERT OR REPLACE INTO "rtree_tracks_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_tracks_geometry_update2" AFTER UPDATE OF "geometry" ON "tracks" WHEN OLD."fid" = NEW."fid" AND (NEW."geometry" ISNULL OR ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_tracks_geometry" WHERE id = OLD."fid"; END;
CREATE TRIGGER "rtree_tracks_geometry_update3" AFTER UPDATE ON "tracks" WHEN OLD."fid" != NEW."fid" AND (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_tracks_geometry" WHERE id = OLD."fid"; INSERT OR REPLACE INTO "rtree_tracks_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_tracks_geometry_update4" AFTER UPDATE ON "tracks" WHEN OLD."fid" != NEW."fid" AND (NEW."geometry" ISNULL OR ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_tracks_geometry" WHERE id IN (OLD."fid", NEW."fid"); END;
CREATE TRIGGER "rtree_tracks_geometry_delete" AFTER DELETE ON "tracks" WHEN OLD."geometry" NOT NULL BEGIN DELETE FROM "rtree_tracks_geometry" WHERE id = OLD."fid"; END;
CREATE TRIGGER "rtree_roads_geometry_insert" AFTER INSERT ON "roads" WHEN (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN INSERT OR REPLACE INTO "rtree_roads_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_roads_geometry_update1" AFTER UPDATE OF "geometry" ON "roads" WHEN OLD."fid" = NEW."fid" AND (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN INSERT OR REPLACE INTO "rtree_roads_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_roads_geometry_update2" AFTER UPDATE OF "geometry" ON "roads" WHEN OLD."fid" = NEW."fid" AND (NEW."geometry" ISNULL OR ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_roads_geometry" WHERE id = OLD."fid"; END;
CREATE TRIGGER "rtree_roads_geometry_update3" AFTER UPDATE ON "roads" WHEN OLD."fid" != NEW."fid" AND (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_roads_geometry" WHERE id = OLD."fid"; INSERT OR REPLACE INTO "rtree_roads_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_roads_geometry_update4" AFTER UPDATE ON "roads" WHEN OLD."fid" != NEW."fid" AND (NEW."geometry" ISNULL OR ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_roads_geometry" WHERE id IN (OLD."fid", NEW."fid"); END;
CREATE TRIGGER "rtree_roads_geometry_delete" AFTER DELETE ON "roads" WHEN OLD."geometry" NOT NULL BEGIN DELETE FROM "rtree_roads_geometry" WHERE id = OLD."fid"; END;
CREATE TRIGGER "rtree_water_geometry_insert" AFTER INSERT ON "water" WHEN (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN INSERT OR REPLACE INTO "rtree_water_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_water_geometry_update1" AFTER UPDATE OF "geometry" ON "water" WHEN OLD."fid" = NEW."fid" AND (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN INSERT OR REPLACE INTO "rtree_water_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_water_geometry_update2" AFTER UPDATE OF "geometry" ON "water" WHEN OLD."fid" = NEW."fid" AND (NEW."geometry" ISNULL OR ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_water_geometry" WHERE id = OLD."fid"; END;
CREATE TRIGGER "rtree_water_geometry_update3" AFTER UPDATE ON "water" WHEN OLD."fid" != NEW."fid" AND (NEW."geometry" NOTNULL AND NOT ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_water_geometry" WHERE id = OLD."fid"; INSERT OR REPLACE INTO "rtree_water_geometry" VALUES (NEW."fid", ST_MinX(NEW."geometry"), ST_MaxX(NEW."geometry"), ST_MinY(NEW."geometry"), ST_MaxY(NEW."geometry")); END;
CREATE TRIGGER "rtree_water_geometry_update4" AFTER UPDATE ON "water" WHEN OLD."fid" != NEW."fid" AND (NEW."geometry" ISNULL OR ST_IsEmpty(NEW."geometry")) BEGIN DELETE FROM "rtree_water_geometry" WHERE id IN (OLD."fid", NEW."fid"); END;
CREATE TRIGGER "rtree_water_geometry_delete" AFTER DELETE ON "water" WHEN OLD."geometry" NOT NULL BEGIN DELETE FROM "rtree_water_geometry" WHERE id = OLD."fid"; END;
INSERT INTO "gpkg_spatial_ref_sys" ("srs_name", "srs_id", "organization", "organization_coordsys_id", "definition", "description") VALUES ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL);
INSERT INTO "gpkg_spatial_ref_sys" ("srs_name", "srs_id", "organization", "organization_coordsys_id", "definition", "description") VALUES ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL);
INSERT INTO "gpkg_spatial_ref_sys" ("srs_name", "srs_id", "organization", "organization_coordsys_id", "definition", "description") VALUES ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]', NULL);
INSERT INTO "gpkg_spatial_ref_sys" ("srs_name", "srs_id", "organization", "organization_coordsys_id", "definition", "description") VALUES ('China Geodetic Coordinate System 2000', 4490, 'EPSG', 4490, 'GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4490"]]', NULL);
INSERT INTO "gpkg_contents" ("table_name", "data_type", "identifier", "description", "last_change", "min_x", "min_y", "max_x", "max_y", "srs_id") VALUES ('areas', 'features', '区域', '', '2026-11-24T03:33:49.416Z', NULL, NULL, NULL, NULL, 4326);
INSERT INTO "gpkg_contents" ("table_name", "data_type", "identifier", "description", "last_change", "min_x", "min_y", "max_x", "max_y", "srs_id") VALUES ('places', 'features', '监管场所', '', '2026-11-24T03:33:49.451Z', 113.61, 22.85, 113.61, 22.85, 4326);
INSERT INTO "gpkg_contents" ("table_name", "data_type", "identifier", "description", "last_change", "min_x", "min_y", "max_x", "max_y", "srs_id") VALUES ('inspections', 'features', '检查记录', '', '2026-11-24T03:33:49.392Z', NULL, NULL, NULL, NULL, 4326);
INSERT INTO "gpkg_contents" ("table_name", "data_type", "identifier", "description", "last_change", "min_x", "min_y", "max_x", "max_y", "srs_id") VALUES ('hazards', 'features', '隐患', '', '2026-11-24T03:33:49.394Z', NULL, NULL, NULL, NULL, 4326);
INSERT INTO "gpkg_contents" ("table_name", "data_type", "identifier", "description", "last_change", "min_x", "min_y", "max_x", "max_y", "srs_id") VALUES ('tracks', 'features', '轨迹', '', '2026-11-24T03:33:49.395Z', NULL, NULL, NULL, NULL, 4326);
INSERT INTO "gpkg_contents" ("table_name", "data_type", "identifier", "description", "last_change", "min_x", "min_y", "max_x", "max_y", "srs_id") VALUES ('roads', 'features', '道路', '', '2026-11-24T03:33:49.396Z', NULL, NULL, NULL, NULL, 4326);
INSERT INTO "gpkg_contents" ("table_name", "data_type", "identifier", "description", "last_change", "min_x", "min_y", "max_x", "max_y", "srs_id") VALUES ('water', 'features', '水面', '', '2026-11-24T03:33:49.398Z', NULL, NULL, NULL, NULL, 4326);
INSERT INTO "gpkg_contents" ("table_name", "data_type", "identifier", "description", "last_change", "min_x", "min_y", "max_x", "max_y", "srs_id") VALUES ('officers', 'attributes', '人员', '', '2026-11-24T03:33:49.404Z', NULL, NULL, NULL, NULL, NULL);
INSERT INTO "gpkg_geometry_columns" ("table_name", "column_name", "geometry_type_name", "srs_id", "z", "m") VALUES ('areas', 'geometry', 'MULTIPOLYGON', 4326, 0, 0);
INSERT INTO "gpkg_geometry_columns" ("table_name", "column_name", "geometry_type_name", "srs_id", "z", "m") VALUES ('places', 'geometry', 'POINT', 4326, 0, 0);
INSERT INTO "gpkg_geometry_columns" ("table_name", "column_name", "geometry_type_name", "srs_id", "z", "m") VALUES ('inspections', 'geometry', 'POINT', 4326, 0, 0);
INSERT INTO "gpkg_geometry_columns" ("table_name", "column_name", "geometry_type_name", "srs_id", "z", "m") VALUES ('hazards', 'geometry', 'POINT', 4326, 0, 0);
INSERT INTO "gpkg_geometry_columns" ("table_name", "column_name", "geometry_type_name", "srs_id", "z", "m") VALUES ('tracks', 'geometry', 'MULTILINESTRING', 4326, 0, 0);
INSERT INTO "gpkg_geometry_columns" ("table_name", "column_name", "geometry_type_name", "srs_id", "z", "m") VALUES ('roads', 'geometry', 'MULTILINESTRING', 4326, 0, 0);
INSERT INTO "gpkg_geometry_columns" ("table_name", "column_name", "geometry_type_name", "srs_id", "z", "m") VALUES ('water', 'geometry', 'MULTIPOLYGON', 4326, 0, 0);
INSERT INTO "gpkg_extensions" ("table_name", "column_name", "extension_name", "definition", "scope") VALUES ('areas', 'geometry', 'gpkg_rtree_index', 'http://www.geopackage.org/spec130/#extension_rtree', 'write-only');
INSERT INTO "gpkg_extensions" ("table_name", "column_name", "extension_name", "definition", "scope") VALUES ('places', 'geometry', 'gpkg_rtree_index', 'http://www.geopackage.org/spec130/#extension_rtree', 'write-only');
INSERT INTO "gpkg_extensions" ("table_name", "column_name", "extension_name", "definition", "scope") VALUES ('inspections', 'geometry', 'gpkg_rtree_index', 'http://www.geopackage.org/spec130/#extension_rtree', 'write-only');
INSERT INTO "gpkg_extensions" ("table_name", "column_name", "extension_name", "definition", "scope") VALUES ('hazards', 'geometry', 'gpkg_rtree_index', 'http://www.geopackage.org/spec130/#extension_rtree', 'write-only');
INSERT INTO "gpkg_extensions" ("table_name", "column_name", "extension_name", "definition", "scope") VALUES ('tracks', 'geometry', 'gpkg_rtree_index', 'http://www.geopackage.org/spec130/#extension_rtree', 'write-only');
INSERT INTO "gpkg_extensions" ("table_name", "column_name", "extension_name", "definition", "scope") VALUES ('roads', 'geometry', 'gpkg_rtree_index', 'http://www.geopackage.org/spec130/#extension_rtree', 'write-only');
INSERT INTO "gpkg_extensions" ("table_name", "column_name", "extension_name", "definition", "scope") VALUES ('water', 'geometry', 'gpkg_rtree_index', 'http://www.geopackage.org/spec130/#extension_rtree', 'write-only');
INSERT INTO "wangge_settings" ("key", "value") VALUES ('store_schema', '1');
INSERT INTO "wangge_settings" ("key", "value") VALUES ('name', '"甲镇"');
INSERT INTO "wangge_settings" ("key", "value") VALUES ('code', '"990001001"');
INSERT INTO "wangge_settings" ("key", "value") VALUES ('timezone', '"Asia/Shanghai"');
INSERT INTO "wangge_settings" ("key", "value") VALUES ('tolerance_m', '100.0');
INSERT INTO "wangge_settings" ("key", "value") VALUES ('synthetic', 'false');
INSERT INTO "wangge_settings" ("key", "value") VALUES ('rules', '[[rule]]
id = "monthly"
name = "每月"
duty = "routine"
every = "month"
source = "t"
');
INSERT INTO "wangge_audit" ("id", "at", "actor", "action", "table", "source", "inserted", "updated", "unchanged", "changes") VALUES (1, '2026-11-24T03:33:49.405Z', 'clerk', 'init', 'wangge_settings', '990001001', 7, 0, 0, '{}');
INSERT INTO "wangge_audit" ("id", "at", "actor", "action", "table", "source", "inserted", "updated", "unchanged", "changes") VALUES (2, '2026-11-24T03:33:49.417Z', 'clerk', 'init', 'areas', '990001001', 1, 0, 0, '{}');
INSERT INTO "wangge_audit" ("id", "at", "actor", "action", "table", "source", "inserted", "updated", "unchanged", "changes") VALUES (3, '2026-11-24T03:33:49.452Z', 'clerk', 'import', 'places', 'places.csv', 2, 0, 0, '{}');
INSERT INTO "areas" ("fid", "geometry", "code", "name", "level", "parent", "manager", "parent_level", "parent_how") VALUES (1, NULL, '990001001', '甲镇', 'town', NULL, NULL, NULL, NULL);
INSERT INTO "places" ("fid", "geometry", "id", "name", "address", "industry", "risk", "headcount", "department", "tags", "leader", "opened", "closed", "status") VALUES (1, X'47500001e61000000101000000d7a3703d0a675c409a99999999d93640', 'P1', '一厂', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'open');
INSERT INTO "places" ("fid", "geometry", "id", "name", "address", "industry", "risk", "headcount", "department", "tags", "leader", "opened", "closed", "status") VALUES (2, NULL, 'P2', '二厂', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'open');
