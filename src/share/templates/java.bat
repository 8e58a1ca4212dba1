@echo off
rem Has a Java on Windows trust the certificates of @URL@, by its own keytool.
rem
rem   trust-rhumb.bat                          the Java of JAVA_HOME
rem   trust-rhumb.bat "C:\Program Files\Java\..."     that one: the folder with bin and lib; as administrator
rem   trust-rhumb.bat FOLDER /uninstall        takes it out again
rem
rem The .crt files must lie beside it. Again after each update that brings a new Java. Exit codes: 0 done, 1 failed, 2 wrong usage.
setlocal EnableExtensions DisableDelayedExpansion
set "HOME_OF_JAVA=%JAVA_HOME%"
set "ACTION=install"
if "%~1"=="" goto ready
if /i "%~1"=="/uninstall" (
    set "ACTION=uninstall"
    goto ready
)
set "HOME_OF_JAVA=%~1"
if "%~2"=="" goto ready
if /i not "%~2"=="/uninstall" (
    echo usage: trust-rhumb.bat [FOLDER OF JAVA] [/uninstall]
    exit /b 2
)
set "ACTION=uninstall"

:ready
if not defined HOME_OF_JAVA (
    echo failed     name the folder of the Java: trust-rhumb.bat "C:\Program Files\Java\..."
    exit /b 2
)
set "KEYTOOL=%HOME_OF_JAVA%\bin\keytool.exe"
if not exist "%KEYTOOL%" set "KEYTOOL=%HOME_OF_JAVA%\jre\bin\keytool.exe"
if not exist "%KEYTOOL%" (
    echo failed     there is no bin\keytool.exe in "%HOME_OF_JAVA%"
    exit /b 1
)
set "STORE=%HOME_OF_JAVA%\lib\security\cacerts"
if not exist "%STORE%" set "STORE=%HOME_OF_JAVA%\jre\lib\security\cacerts"
if not exist "%STORE%" (
    echo failed     there is no lib\security\cacerts in "%HOME_OF_JAVA%"
    exit /b 1
)
@CALLS@
echo Start the programs that use this Java anew.
exit /b 0

rem One root: %1 alias, %2 name.
:root
"%KEYTOOL%" -list -keystore "%STORE%" -storepass @PASSWORD@ -alias %~1 >nul 2>&1
set "MISSING=%ERRORLEVEL%"
if "%ACTION%"=="uninstall" goto remove
if "%MISSING%"=="0" (
    echo already    %~2 is in "%STORE%"
    exit /b 0
)
if not exist "%~dp0%~1.crt" (
    echo failed     %~1.crt is not beside this file: unpack all files into one folder
    exit /b 1
)
"%KEYTOOL%" -importcert -noprompt -keystore "%STORE%" -storepass @PASSWORD@ -alias %~1 -file "%~dp0%~1.crt"
if errorlevel 1 (
    echo failed     %~2 was not taken: open the command prompt with "Run as administrator" and try again
    exit /b 1
)
echo done       %~2 is in "%STORE%"
exit /b 0

:remove
if not "%MISSING%"=="0" (
    echo already    %~2 is not in "%STORE%"
    exit /b 0
)
"%KEYTOOL%" -delete -keystore "%STORE%" -storepass @PASSWORD@ -alias %~1
if errorlevel 1 (
    echo failed     %~2 could not be taken out: open the command prompt with "Run as administrator" and try again
    exit /b 1
)
echo done       %~2 is taken out of "%STORE%"
exit /b 0
