"""rhumb user import: lists of users as ArcGIS, Windows and IIS write them."""

import pytest

GOOD = "correct horse battery"


@pytest.fixture
def rhumb(server):
    """A data directory that a server has made; nothing runs on it."""
    one = server(None, "--http", "0", "--https", "0")
    one.stop()
    return one


def take(rhumb, content, *options, check=True, encoding="utf-8"):
    file = rhumb.folder / "list.csv"
    file.write_bytes(content.encode(encoding))
    return rhumb.command("user", "import", file, *options, check=check)


def users(rhumb):
    return {user["name"]: user for user in rhumb.json("user", "list")}


def test_a_table_of_arcgis_server_makes_roles_and_users(rhumb):
    table = ("User,Role,RoleType,Password,EMail,FullName,Description\n"
             f"greta,Administrators,ADMINISTER,{GOOD},greta@example.org,Greta Lind,Runs the server\n"
             f"omar,Fire Users,ACCESS,{GOOD},,Omar O'Quinn,\n")
    refused = take(rhumb, table, check=False)
    assert refused.returncode == 3 and "line 3: there is no role «Fire Users»" in refused.stderr and "--make-roles" in refused.stderr
    assert users(rhumb) == {}
    shown = take(rhumb, table, "--make-roles", "--dry-run")
    assert "role:Fire Users" in shown.stdout and users(rhumb) == {}
    done = take(rhumb, table, "--make-roles")
    assert "Added: 2" in done.stdout and "delete it" in done.stderr
    assert users(rhumb)["greta"]["privilege"] == "administer" and users(rhumb)["omar"]["roles"] == ["Fire Users"]
    assert "Added: 0" in take(rhumb, table, "--make-roles").stdout


def test_members_of_a_portal_get_roles_of_other_names(rhumb):
    table = ("First Name,Last Name,Email,Username,Password,Role,User Type\r\n"
             "Greta,Lind,greta@example.org,glind,hunter2,Administrator,GIS Professional\r\n"
             "Omar,Quinn,,oquinn,,Viewer,Viewer\r\n")
    names = rhumb.folder / "names.csv"
    names.write_text("role:Administrator,role:administrators\nrole:Viewer,\nuser:oquinn,user:omar\n")
    refused = take(rhumb, table, "--map", names, check=False)
    assert refused.returncode == 3 and "line 2:" in refused.stderr and "hunter2" not in refused.stderr
    done = take(rhumb, table, "--map", names, "--without-passwords")
    assert "columns passed over: User Type" in done.stderr
    found = users(rhumb)
    assert found["glind"]["full_name"] == "Greta Lind" and found["glind"]["roles"] == ["administrators"] and not found["glind"]["has_password"]
    assert found["omar"]["roles"] == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_users_of_windows_come_in_every_encoding(rhumb, encoding):
    table = ('#TYPE Microsoft.PowerShell.Commands.LocalUser\r\n"AccountExpires","Description","Enabled","FullName","Name","SID","PrincipalSource","ObjectClass"\r\n'
             '"","","True","Gréta Lind 🗺","gréta","S-1-5-21-1-1001","Local","User"\r\n"","Built-in","False","","Guest","S-1-5-21-1-501","Local","User"\r\n')
    take(rhumb, ("\ufeff" if encoding == "utf-16-be" else "") + table, encoding=encoding)
    found = users(rhumb)
    assert found["gréta"]["full_name"] == "Gréta Lind 🗺"
    assert found["Guest"]["state"] == "disabled"


def test_a_list_without_a_head_takes_its_columns_from_a_switch(rhumb):
    refused = take(rhumb, f"greta,{GOOD}\n", check=False)
    assert refused.returncode == 3 and GOOD not in refused.stderr
    take(rhumb, f"greta,{GOOD}\nomar,{GOOD}\n", "--columns", "user,password")
    assert set(users(rhumb)) == {"greta", "omar"}
