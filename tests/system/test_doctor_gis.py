"""The doctor on map services: documents that send clients where they cannot go, of which it must name exactly that, and healthy ones."""

import json
import os
import subprocess

import pytest

from web import NAME, Said, Web, ids, of_the_web

XML = "text/xml; charset=utf-8"
JSON = "application/json"
XLINK = "xmlns:xlink='http://www.w3.org/1999/xlink'"


def wms(url, maker="GeoServer"):
    """WMS 1.3.0, as GeoServer has it: the provider's own page is in the clear, and that is nobody's fault."""
    return Said(f"""<?xml version="1.0" encoding="UTF-8"?>
<WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms" {XLINK}>
<Service><Name>WMS</Name><Title>{maker} Web Map Service</Title><OnlineResource xlink:href="http://www.example.com/"/></Service>
<Capability><Request><GetMap><Format>image/png</Format><DCPType><HTTP><Get><OnlineResource xlink:href="{url}?SERVICE=WMS&amp;"/></Get></HTTP></DCPType></GetMap>
</Request><Layer><Name>rivers</Name><MetadataURL><OnlineResource xlink:href="http://data.example.com/1"/></MetadataURL></Layer></Capability>
</WMS_Capabilities>""", kind=XML)


def wms_of_old(url):
    return Said(f"""<?xml version='1.0'?><!DOCTYPE WMT_MS_Capabilities SYSTEM "http://schemas.opengis.net/wms/1.1.1/WMS_MS_Capabilities.dtd"
[ <!ELEMENT VendorSpecificCapabilities EMPTY> ]><WMT_MS_Capabilities version='1.1.1'><Capability><Request><GetMap><DCPType><HTTP><Get>
<OnlineResource {XLINK} xlink:href='{url}'/></Get></HTTP></DCPType></GetMap></Request></Capability></WMT_MS_Capabilities>""", kind=XML)


def wfs(url):
    return Said(f"""<wfs:WFS_Capabilities version="2.0.0" xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1" {XLINK}>
<ows:ServiceProvider><ows:ProviderSite xlink:href="http://www.example.com/"/></ows:ServiceProvider><ows:OperationsMetadata><ows:Operation name="GetFeature">
<ows:DCP><ows:HTTP><ows:Get xlink:href="{url}"/><ows:Post xlink:href="{url}"/></ows:HTTP></ows:DCP></ows:Operation></ows:OperationsMetadata>
</wfs:WFS_Capabilities>""", kind=XML)


def wmts(url):
    return Said(f"""<Capabilities version="1.0.0" xmlns="http://www.opengis.net/wmts/1.0"><Contents><Layer>
<ResourceURL format="image/png" resourceType="tile" template="{url}/{{TileMatrix}}/{{TileCol}}/{{TileRow}}.png"/></Layer></Contents></Capabilities>""", kind=XML)


def said(value):
    return Said(json.dumps(value), kind=JSON)


def info(tokens):
    return said({"currentVersion": 10.91, "soapUrl": "http://localhost/arcgis/services",
                 "authInfo": {"isTokenBasedSecurity": True, "tokenServicesUrl": tokens, "shortLivedTokenValidity": 60}})


SERVICES = said({"currentVersion": 10.91, "folders": [], "services": [{"name": "Rivers", "type": "MapServer"}]})

# path: the answer, what the doctor finds, and a word of the remedy.
CASES = {
    "/well/ows": (wms("{https}/well/ows"), [], ""),
    "/well/ows/old": (wms_of_old("{https}/well/ows/old?"), [], ""),
    "/well/wfs": (wfs("{https}/well/wfs"), [], ""),
    "/well/wmts": (wmts("{https}/tiles"), [], ""),
    "/well/other": (wmts("https://tiles.example.com"), [], ""),
    "/well/api": (said({"links": [{"rel": "self", "href": "{https}/well/api"}, {"rel": "license", "href": "http://www.example.com/"}]}), [], ""),
    "/well/tiles.json": (said({"tilejson": "3.0.0", "tiles": ["{https}/{z}/{x}/{y}.pbf"]}), [], ""),
    "/well/loopback": (wms("https://127.0.0.1:{port}/well"), [], ""),
    "/geoserver/ows": (wms("{http}/geoserver/ows"), ["gis.capabilities.clear"], "Proxy Base URL"),
    "/old": (wms_of_old("{http}/old?"), ["gis.capabilities.clear"], "X-Forwarded-Proto"),
    "/wfs": (wfs("{http}/wfs"), ["gis.capabilities.clear"], "X-Forwarded-Proto"),
    "/mapproxy/wmts": (wmts("{http}/mapproxy"), ["gis.capabilities.clear"], "MapProxy"),
    "/geoserver/port/ows": (wms("http://localhost:8/geoserver/ows"), ["gis.capabilities.internal"], "Proxy Base URL"),
    "/api": (said({"links": [{"rel": "data", "href": "{http}/api/collections"}]}), ["gis.api.clear"], ""),
    "/tiles.json": (said({"tilejson": "3.0.0", "tiles": ["{http}/{z}/{x}/{y}.pbf"]}), ["gis.tiles.clear"], ""),
    "/portal": (said({"currentVersion": 11, "owningSystemUrl": "{http}/portal"}), ["gis.directory.clear"], "WebContextURL"),
}


def with_port(said_, port):
    return Said(said_.body.replace("{port}", str(port)), kind=said_.kind)


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    one = Web(tmp_path_factory.mktemp("web"), {})
    port = one.servers["https"].server_address[1]
    one.secure.update({path: with_port(answer, port) for path, (answer, _, _) in CASES.items()})
    yield one
    one.end()


@pytest.mark.parametrize("path", CASES)
def test_of_documents_that_are_wrong_in_one_way_exactly_that_is_named(web, path):
    _, wanted, word = CASES[path]
    findings = web.examine(path)
    assert ids(findings) == wanted, findings
    for one in of_the_web(findings):
        assert one["severity"] == "error"
        assert word in one["remedy"]


@pytest.mark.parametrize("url", ["http://10.0.0.5:8080/geoserver/ows", "https://geoserver/ows", "http://gis.internal/ows", "http://localhost:8080/geoserver/ows"])
def test_seen_from_outside_addresses_inside_are_found(web, url):
    web.secure["/inside"] = wms(url)
    assert ids(web.examine("/inside", host=NAME, code=3)) == ["gis.capabilities.internal"]
    web.secure["/geoserver/inside"] = wms("https://maps.example.com/ows")
    assert ids(web.examine("/geoserver/inside", host=NAME, code=0)) == []


def test_geoserver_is_asked_for_when_the_server_leads_there(tmp_path):
    web = Web(tmp_path, {"/": Said("", 302, fields=(("Location", "/geoserver/web/"),)), "/geoserver/web/": Said("<title>GeoServer</title>"),
                         "/geoserver/ows?SERVICE=WMS&REQUEST=GetCapabilities": wms("{http}/geoserver/ows"),
                         "/geoserver/ows?SERVICE=WFS&REQUEST=GetCapabilities": wfs("{http}/geoserver/wfs")})
    try:
        findings = web.examine("/", code=3)
        assert ids(findings) == ["gis.capabilities.clear"], "told once for both"
        (one,) = of_the_web(findings)
        assert "WMS 1.3.0, WFS 2.0.0" in one["sentence"] and "Proxy Base URL" in one["remedy"]
    finally:
        web.end()


@pytest.mark.parametrize("tokens, clear, wanted", [
    ("{https}/arcgis/tokens/", None, []),
    ("{https}/arcgis/tokens/", Said("", 403), []),
    ("{https}/arcgis/tokens/", Said("", 301, fields=(("Location", "{https}/arcgis/tokens/"),)), []),
    ("{https}/arcgis/tokens/", Said("<form method=post><input name=username></form>"), ["gis.token.clear"]),
    ("{http}/arcgis/tokens/", Said("<form method=post><input name=username></form>"), ["gis.token.clear"]),
    ("https://localhost:6443/arcgis/tokens/", None, ["gis.token.internal"]),
])
def test_places_of_tokens_are_looked_at(tmp_path, tokens, clear, wanted):
    web = Web(tmp_path, {"/": Said("<a href='/arcgis/rest/services'>services</a>"), "/arcgis/rest/info": info(tokens), "/arcgis/rest/services": SERVICES},
              {"/": Said("", 403), "/arcgis/tokens/": clear} if clear else {"/": Said("", 403)})
    try:
        assert ids(web.examine("/")) == wanted
    finally:
        web.end()


MAP = """MAP
  NAME "maps"
  EXTENT -180 -90 180 90
  SIZE 100 100
  PROJECTION "init=epsg:4326" END
  WEB METADATA "ows_title" "Maps" "ows_enable_request" "*" "ows_srs" "EPSG:4326" END END
  LAYER
    NAME "box"
    TYPE POLYGON
    STATUS ON
    PROJECTION "init=epsg:4326" END
    FEATURE POINTS 0 0 0 1 1 1 1 0 0 0 END END
    METADATA "ows_title" "Box" "gml_include_items" "all" END
    CLASS STYLE COLOR 1 2 3 END END
  END
END
"""


class MapServer:
    """The real one, as a CGI behind the Web server of the tests, which tells it how clients came, or does not."""

    def __init__(self, folder):
        self.map = folder / "maps.map"
        self.map.write_text(MAP)
        self.config = folder / "mapserver.conf"
        self.config.write_text('CONFIG\nENV\n"MS_MAP_PATTERN" "."\nEND\nEND\n')

    def answer(self, query, **environment):
        done = subprocess.run(["mapserv"], capture_output=True, timeout=30, stdin=subprocess.DEVNULL, env={
            "PATH": os.environ["PATH"], "MAPSERVER_CONFIG_FILE": str(self.config), "REQUEST_METHOD": "GET", "SCRIPT_NAME": "/cgi-bin/mapserv",
            "QUERY_STRING": f"map={self.map}&{query}", **environment})
        head, _, body = done.stdout.replace(b"\r\n", b"\n").partition(b"\n\n")
        assert body, done.stderr
        return Said(body.decode(), kind=head.decode().partition(": ")[2].strip())

    def behind(self, **environment):
        return lambda web, scheme, target: self.answer(target.partition("?")[2], **environment)


@pytest.mark.parametrize("service", ["WMS", "WFS"])
def test_a_real_mapserver_behind_a_proxy_is_found_when_nobody_told_it_of_https(web, tmp_path, service):
    mapserver = MapServer(tmp_path)
    path = f"/cgi-bin/mapserv?SERVICE={service}&REQUEST=GetCapabilities"
    port = str(web.servers["https"].server_address[1])

    web.secure["/cgi-bin/mapserv"] = mapserver.behind(SERVER_NAME="localhost", SERVER_PORT=port, HTTPS="on")
    assert ids(web.examine(path)) == []

    web.secure["/cgi-bin/mapserv"] = mapserver.behind(SERVER_NAME="localhost", SERVER_PORT=str(web.http_port))
    findings = web.examine(path, code=3)
    assert ids(findings) == ["gis.capabilities.clear"]
    assert "ows_onlineresource" in of_the_web(findings)[0]["remedy"]

    web.secure["/cgi-bin/mapserv"] = mapserver.behind(SERVER_NAME="mapserver", SERVER_PORT="8080")
    assert ids(web.examine(path, host=NAME)) == ["gis.capabilities.internal"]
