@echo off
rem Has Windows trust the certificates of @URL@, by certutil.
rem
rem   trust-rhumb.bat                      for you alone
rem   trust-rhumb.bat /machine             for all users and services; as administrator
rem   trust-rhumb.bat /uninstall           takes it out again (with /machine: for all)
rem   trust-rhumb.bat /yes                 does not ask
rem
rem The .cer files must lie beside it. Exit codes: 0 done, 1 failed, 2 wrong usage or not confirmed.
setlocal EnableExtensions DisableDelayedExpansion
set "SCOPE=-user"
set "PLACE=this user"
set "ACTION=install"
set "ASK=1"

:arguments
if "%~1"=="" goto ready
if /i "%~1"=="/machine" goto machine
if /i "%~1"=="/uninstall" goto uninstall
if /i "%~1"=="/yes" goto yes
echo usage: trust-rhumb.bat [/machine] [/uninstall] [/yes]
exit /b 2
:machine
set "SCOPE="
set "PLACE=all users of this computer"
shift
goto arguments
:uninstall
set "ACTION=uninstall"
shift
goto arguments
:yes
set "ASK="
shift
goto arguments

:ready
if defined SCOPE goto confirm
fltmc >nul 2>&1
if errorlevel 1 (
    echo failed     all users are changed by an administrator alone: right-click this file and choose "Run as administrator"
    exit /b 1
)

:confirm
if not defined ASK goto work
@SHOWN@
set "ANSWER="
if "%ACTION%"=="install" set /p "ANSWER=Is this the fingerprint that you were told by another way (telephone, in person)? Type yes: "
if "%ACTION%"=="uninstall" set /p "ANSWER=Take it out? Type yes: "
if /i "%ANSWER%"=="yes" goto work
echo Nothing was changed.
exit /b 2

:work
@CALLS@
echo Close all windows of the browser and start it anew.
exit /b 0

rem One root: %1 file, %2 SHA-256 without colons, %3 SHA-1 without colons, %4 name.
:root
certutil %SCOPE% -store Root %~3 >nul 2>&1
set "MISSING=%ERRORLEVEL%"
if "%ACTION%"=="uninstall" goto remove
if "%MISSING%"=="0" (
    echo already    %~4 is in the store of %PLACE%
    exit /b 0
)
if not exist "%~dp0%~1" (
    echo failed     %~1 is not beside this file: unpack all files into one folder
    exit /b 1
)
set "HASH="
for /f "skip=1 delims=" %%H in ('certutil -hashfile "%~dp0%~1" SHA256') do if not defined HASH set "HASH=%%H"
set "HASH=%HASH: =%"
if /i not "%HASH%"=="%~2" (
    echo failed     %~1 is not the certificate that this file is for: get both anew
    exit /b 1
)
certutil %SCOPE% -f -addstore Root "%~dp0%~1" >nul
if errorlevel 1 (
    echo failed     %~4 was not taken into the store of %PLACE%
    exit /b 1
)
echo done       %~4 is in the store of %PLACE%
exit /b 0

:remove
if not "%MISSING%"=="0" (
    echo already    %~4 is not in the store of %PLACE%
    exit /b 0
)
certutil %SCOPE% -delstore Root %~3 >nul
if errorlevel 1 (
    echo failed     %~4 could not be taken out of the store of %PLACE%
    exit /b 1
)
echo done       %~4 is taken out of the store of %PLACE%
exit /b 0
