"""GIS clients of the field: GDAL's ESRIJSON driver, and what others fetch from the catalogue and the map service."""

import json
import os
import re
import struct
import subprocess
import zlib

import pytest

from harness import wait_until

COUNTRIES = "/arcgis/rest/services/Countries"
RIVERS = "/arcgis/rest/services/Hydrography/Rivers"


@pytest.fixture(scope="module")
def rhumb(shared):
    """As it is after the first start: the sample services, here both for anyone, and pages of few records."""
    one = shared(None, "--http", "0", "--https", "0")
    text = one.command("config", "export").stdout
    folder = '[[gis.folder]]\nname = "Hydrography"\nrequire_https = "refuse"\n'
    assert folder + 'allow = ["authenticated"]\n' in text
    file = one.folder / "pages.toml"
    file.write_text("[gis]\nmax_records = 50\n\n" + text.replace(folder + 'allow = ["authenticated"]\n', folder))
    one.command("config", "apply", file)
    one.log.find(r"revision 2 .* is served", 10)
    return one


def ogrinfo(rhumb, url, *options):
    environment = {**os.environ, "CURL_CA_BUNDLE": rhumb.root_file(), "no_proxy": "*"}
    for name in ("GDAL_HTTP_UNSAFESSL", "http_proxy", "https_proxy"):
        environment.pop(name, None)
    done = subprocess.run(["ogrinfo", "-ro", *options, url], capture_output=True, text=True, timeout=60, env=environment)
    assert done.returncode == 0 and "ERROR" not in done.stderr, done.stdout[-2000:] + done.stderr
    return done.stdout


def test_gdal_reads_all_pages_over_https(rhumb):
    count = rhumb.fetch(rhumb.https(f"{COUNTRIES}/FeatureServer/0/query?where=1=1&returnCountOnly=true&f=json")).json()["count"]
    assert count > 100  # more than two pages

    said = ogrinfo(rhumb, rhumb.https(f"{COUNTRIES}/FeatureServer/0/query?where=1=1&outFields=*&orderByFields=OBJECTID&f=json"), "-al", "-geom=SUMMARY")

    assert "using driver `ESRIJSON'" in said
    assert said.count("OGRFeature(") == count
    assert "WGS 84" in said
    assert len(re.findall(r"^  (?:MULTI)?POLYGON :", said, re.M)) == count


def test_gdal_sees_one_page_with_a_page_s_bounds(rhumb):
    said = ogrinfo(rhumb, rhumb.https(f"{COUNTRIES}/FeatureServer/0/query?where=1=1&outFields=*&resultOffset=0&resultRecordCount=7&f=json"), "-al", "-q",
                   "-geom=NO")
    assert said.count("OGRFeature(") == 7


def test_gdal_reads_geojson_and_other_reference_systems(rhumb):
    count = rhumb.fetch(rhumb.https(f"{RIVERS}/FeatureServer/0/query?where=1=1&returnCountOnly=true&f=json")).json()["count"]
    said = ogrinfo(rhumb, rhumb.https(f"{RIVERS}/FeatureServer/0/query?where=1=1&outFields=*&resultRecordCount=20&f=geojson"), "-al", "-so")
    assert "using driver `GeoJSON'" in said and f"Feature Count: {count}\n" in said  # it asks for page after page

    said = ogrinfo(rhumb, rhumb.https(f"{COUNTRIES}/FeatureServer/0/query?where=1=1&outFields=*&outSR=3857&resultRecordCount=5&f=json"), "-al", "-so")
    assert 'ID["EPSG",3857]' in said or "Pseudo-Mercator" in said


def test_gdal_does_not_read_without_the_root(rhumb):
    environment = {**os.environ, "CURL_CA_BUNDLE": "/etc/ssl/certs/ca-certificates.crt"}
    environment.pop("GDAL_HTTP_UNSAFESSL", None)
    done = subprocess.run(["ogrinfo", "-ro", rhumb.https(f"{COUNTRIES}/FeatureServer/0/query?where=1=1&f=json")], capture_output=True, text=True,
                          timeout=60, env=environment)
    assert done.returncode != 0
    assert "certificate" in done.stdout + done.stderr


def read_png(data):
    """Width, height, and whether any two pixels differ; every chunk's checksum is looked at."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    place, pixels, size, last = 8, b"", None, None
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place:place + 8])
        body = data[place + 8:place + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", data[place + 8 + length:place + 12 + length])[0]
        if kind == b"IHDR":
            size = struct.unpack(">II", body[:8])
        if kind == b"IDAT":
            pixels += body
        place, last = place + 12 + length, kind
    assert last == b"IEND"
    return size, len(set(zlib.decompress(pixels))) > 8


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
@pytest.mark.parametrize("path", [COUNTRIES, RIVERS])
def test_export_gives_a_picture_of_the_size_that_was_asked_for(rhumb, path, version):
    got = rhumb.fetch(rhumb.https(f"{path}/MapServer/export?bbox=-10,35,30,60&bboxSR=4326&imageSR=3857&size=300,200&format=png32&transparent=true&f=image"),
                      version)

    assert (got.status, got.headers["content-type"]) == (200, "image/png")
    size, has_picture = read_png(got.body)
    assert size == (300, 200)
    assert has_picture


def test_export_as_json_names_a_picture_that_is_there(rhumb):
    facts = rhumb.fetch(rhumb.https(f"{COUNTRIES}/MapServer/export?bbox=-10,35,30,60&size=300,200&f=json")).json()

    assert (facts["width"], facts["height"]) == (300, 200)
    assert facts["href"].startswith(rhumb.https(""))
    assert read_png(rhumb.fetch(facts["href"]).body)[0] == (300, 200)


def test_the_catalogue_in_its_three_forms(rhumb):
    plain = rhumb.fetch(rhumb.https("/arcgis/rest/services?f=json"))
    pretty = rhumb.fetch(rhumb.https("/arcgis/rest/services?f=pjson"))
    page = rhumb.fetch(rhumb.https("/ArcGIS/REST/services/"), "--header", "Accept: text/html", "--location")

    facts = plain.json()
    assert facts["folders"] == ["Hydrography"]
    assert {(one["name"], one["type"]) for one in facts["services"]} == {("Countries", "MapServer"), ("Countries", "FeatureServer")}
    assert isinstance(facts["currentVersion"], float)
    assert pretty.json() == facts and len(pretty.body) > len(plain.body)
    assert page.headers["content-type"].startswith("text/html") and "Countries" in page.text and "Hydrography" in page.text


def test_links_carry_the_address_that_this_client_used(rhumb):
    for url in (rhumb.https, rhumb.http):
        for host in ("localhost", "127.0.0.1"):
            facts = rhumb.fetch(url(f"{COUNTRIES}/MapServer/export?bbox=0,0,1,1&f=json", host)).json()
            assert facts["href"].startswith(url("", host)), facts["href"]


def test_layers_have_what_clients_look_for_first(rhumb):
    for path in (COUNTRIES, RIVERS):
        for kind in ("MapServer", "FeatureServer"):
            service = rhumb.fetch(rhumb.https(f"{path}/{kind}?f=json")).json()
            assert service["layers"] and service["spatialReference"]["wkid"]
            layer = rhumb.fetch(rhumb.https(f"{path}/{kind}/0?f=json")).json()
            for key in ("id", "name", "type", "geometryType", "fields", "objectIdField", "extent", "maxRecordCount", "capabilities"):
                assert key in layer, (path, kind, key)


@pytest.mark.parametrize("query", ["where=1=1;DROP TABLE x", "where=name='", "where=unknown=1", "objectIds=a", "geometry=1,2,3&geometryType=esriGeometryEnvelope",
                                   "where=1=1&outSR=999999", "where=1=1&resultOffset=-1", "where=" + "(" * 2000, "where=" + "%00", ""])
def test_a_bad_query_is_an_error_that_clients_understand(rhumb, query):
    got = rhumb.fetch(rhumb.https(f"{COUNTRIES}/FeatureServer/0/query?{query.replace(' ', '%20')}&f=json"), "--globoff")

    if got.status == 200:
        assert got.json()["error"]["code"] == 400, got
    else:
        assert got.status in (400, 414)


def test_a_service_can_be_published_stopped_and_removed_while_it_runs(rhumb, tmp_path):
    file = tmp_path / "points.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": f"point {i}"}, "geometry": {"type": "Point", "coordinates": [i, i]}} for i in range(5)]}))
    url = rhumb.https("/arcgis/rest/services/Test/Points/FeatureServer/0/query?where=1=1&outFields=*&returnCountOnly=true&f=json")

    rhumb.command("service", "publish", file, "--as", "Test/Points")
    wait_until(lambda: rhumb.fetch(url).json().get("count") == 5, 5, "the new service")
    rhumb.command("service", "stop", "Test/Points")
    wait_until(lambda: "error" in rhumb.fetch(url).json(), 5, "its stop")
    rhumb.command("service", "start", "Test/Points")
    wait_until(lambda: rhumb.fetch(url).json().get("count") == 5, 5, "its start")
    rhumb.command("service", "remove", "Test/Points")
    wait_until(lambda: "error" in rhumb.fetch(url).json(), 5, "its removal")
    assert file.exists()
