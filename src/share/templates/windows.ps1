# Has Windows trust the certificates of @URL@
#
#   powershell -ExecutionPolicy Bypass -File .\trust-rhumb.ps1                for you alone
#   powershell -ExecutionPolicy Bypass -File .\trust-rhumb.ps1 -Machine       for all users and services; as administrator
#   powershell -ExecutionPolicy Bypass -File .\trust-rhumb.ps1 -Uninstall     takes it out again (with -Machine: for all)
#
# It shows the fingerprint and asks before it changes anything; -Yes answers for you.
# Run again it changes nothing. Exit codes: 0 done, 1 failed, 2 not confirmed.
[CmdletBinding()]
param(
    [switch]$Machine,
    [switch]$Uninstall,
    [switch]$Yes
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

$entries = @(
@ENTRIES@
)

# The certificate of an entry, once its bytes are those that it says.
function Get-Root($entry) {
    $bytes = [Convert]::FromBase64String($entry.Base64)
    $sha = [System.Security.Cryptography.SHA256]::Create()
    $digest = [BitConverter]::ToString($sha.ComputeHash($bytes)).Replace('-', ':')
    if ($digest -ne $entry.Sha256) {
        throw "This file is damaged: the certificate in it has the fingerprint $digest. Get it anew."
    }
    New-Object System.Security.Cryptography.X509Certificates.X509Certificate2 -ArgumentList @(, $bytes)
}

function Test-Administrator {
    $identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
    $principal = New-Object System.Security.Principal.WindowsPrincipal -ArgumentList $identity
    $principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
}

# The certificates of that thumbprint which the store has: none or one.
function Find-Root($store, $root) {
    $store.Certificates.Find([System.Security.Cryptography.X509Certificates.X509FindType]::FindByThumbprint, $root.Thumbprint, $false)
}

function Confirm-Roots {
    if ($Yes) { return $true }
    foreach ($entry in $entries) {
        Write-Host ''
        Write-Host $entry.Name
        Write-Host ('SHA-256  ' + $entry.Sha256)
    }
    Write-Host ''
    if ($Uninstall) { $question = 'Take it out? Type yes' }
    else { $question = 'Is this the fingerprint that you were told by another way (telephone, in person)? Type yes' }
    (Read-Host $question) -eq 'yes'
}

try {
    if ($Machine) { $location = 'LocalMachine'; $place = 'all users of this computer' }
    else { $location = 'CurrentUser'; $place = 'this user' }
    if ($Machine -and -not (Test-Administrator)) {
        throw 'All users are changed by an administrator alone: open PowerShell with "Run as administrator" and try again.'
    }
    $roots = @($entries | ForEach-Object { Get-Root $_ })
    if (-not (Confirm-Roots)) {
        Write-Host 'Nothing was changed.'
        exit 2
    }
    $store = New-Object System.Security.Cryptography.X509Certificates.X509Store -ArgumentList 'Root', $location
    $store.Open([System.Security.Cryptography.X509Certificates.OpenFlags]::ReadWrite)
    try {
        foreach ($root in $roots) {
            $name = $root.GetNameInfo([System.Security.Cryptography.X509Certificates.X509NameType]::SimpleName, $false)
            $is_there = @(Find-Root $store $root).Count -gt 0
            if ($Uninstall) {
                if (-not $is_there) { Write-Host "already    $name is not in the store of $place"; continue }
                $store.Remove($root)
                if (@(Find-Root $store $root).Count -gt 0) {
                    throw "$name is still trusted: it is in the store of all users, too; run this as administrator with -Machine -Uninstall."
                }
                Write-Host "done       $name is taken out of the store of $place"
            }
            else {
                if ($is_there) { Write-Host "already    $name is in the store of $place"; continue }
                # For one user Windows itself asks once more, and shows the thumbprint.
                $store.Add($root)
                if (@(Find-Root $store $root).Count -eq 0) { throw "$name was not taken into the store of $place." }
                Write-Host "done       $name is in the store of $place"
            }
        }
    }
    finally {
        $store.Close()
    }
    Write-Host 'Close all windows of the browser and start it anew.'
    exit 0
}
catch {
    Write-Host ('failed     ' + $_.Exception.Message)
    exit 1
}
