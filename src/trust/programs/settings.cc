#include "trust/programs/settings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "trust/keytool.h"
#include "trust/programs/java_options.h"

namespace rhumb::trust {

namespace {

/// In double quotes where Java would take a part of it for another option.
std::string java_word(const std::string& word) {
    return word.find_first_of(" \t'") == std::string::npos ? word : fmt::format("\"{}\"", word);
}

std::string java_options(const Material& material) {
    return fmt::format(
        "{} -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword={}",
        java_word(fmt::format("-Djavax.net.ssl.trustStore={}", material.java_store().string())),
        usual_java_password);
}

/// Java's variable holds many things: ours is added, unless there is another trust store in it.
Setting java_setting(const Material& material, const Surroundings& surroundings) {
    const std::string name = "JAVA_TOOL_OPTIONS";
    Setting setting{
        .name = name,
        .value = java_options(material),
        .purpose = "Java, in place of its own list (it says «Picked up JAVA_TOOL_OPTIONS»)"};
    const auto present = surroundings.variable(name);
    Surroundings alone;
    alone.variables = {{name, present}};
    const auto store = programs::read_java_options(alone).trust_store;
    if (store == material.java_store()) {
        setting.value = present;
    } else if (!store.empty()) {
        setting.present = present;
    } else if (!present.empty()) {
        setting.value = fmt::format("{} {}", present, setting.value);
    }
    return setting;
}

/// Text between two quotes, in which that quote itself is written as `escape`.
std::string quoted(std::string_view text, char quote, std::string_view escape) {
    std::string all{quote};
    for (const char c : text) {
        if (c == quote)
            all += escape;
        else
            all += c;
    }
    return all + quote;
}

std::string sh_line(const Setting& setting) {
    return fmt::format("export {}={}", setting.name, quoted(setting.value, '\'', "'\\''"));
}

std::string fish_line(const Setting& setting) {
    std::string value{"'"};
    for (const char c : setting.value) {
        if (c == '\'' || c == '\\') value += '\\';
        value += c;
    }
    return fmt::format("set -gx {} {}'", setting.name, value);
}

std::string powershell_line(const Setting& setting) {
    return fmt::format("$env:{} = {}", setting.name, quoted(setting.value, '\'', "''"));
}

/// systemd.exec(5): C-like escapes within double quotes; % begins a specifier.
std::string systemd_line(const Setting& setting) {
    std::string value;
    for (const char c : setting.value) {
        if (c == '"' || c == '\\') value += '\\';
        if (c == '%') value += '%';
        value += c;
    }
    return fmt::format("Environment=\"{}={}\"", setting.name, value);
}

/// No quotes: all up to the end of the line is the value.
std::string docker_line(const Setting& setting) {
    return fmt::format("{}={}", setting.name, setting.value);
}

struct Form {
    Shell shell;
    std::string_view word;
    std::string (*line)(const Setting&);
    bool is_persons;  ///< it is set in a shell of the person who asks
    std::string_view head;
};

constexpr std::array forms{
    Form{Shell::sh, "sh", sh_line, true,
         "# For this shell: eval \"$(rhumb trust env)\"; for every one: the same line in "
         "~/.profile.\n"},
    Form{Shell::fish, "fish", fish_line, true,
         "# For this shell: rhumb trust env --shell fish | source; for every one: the same line in "
         "~/.config/fish/config.fish.\n"},
    Form{Shell::powershell, "powershell", powershell_line, true,
         "# For this shell: rhumb trust env --shell powershell | Out-String | Invoke-Expression\n"},
    Form{Shell::systemd, "systemd", systemd_line, false,
         "# For a service: sudo systemctl edit NAME, put these lines in, then restart it.\n"
         "# The service must be able to read the files; --dir names another place for them.\n"
         "[Service]\n"},
    Form{Shell::docker, "docker", docker_line, false, ""},
};

const Form& form_of(Shell shell) { return *std::ranges::find(forms, shell, &Form::shell); }

std::string head_of(const Form& form, const Material& material) {
    if (form.shell != Shell::docker) return std::string{form.head};
    const auto directory = material.directory.string();
    return fmt::format("# For a container: docker run --env-file THIS-FILE --volume '{}:{}:ro' …\n",
                       directory, directory);
}

}  // namespace

std::vector<Setting> settings_for(const Material& material, const Surroundings& surroundings) {
    const auto roots = material.roots().string();
    const auto bundle = material.bundle().string();
    std::vector<Setting> settings{
        {"NODE_EXTRA_CA_CERTS", roots, "Node.js, beside its own list"},
        {"CURL_CA_BUNDLE", bundle, "curl, GDAL, PROJ and Python requests, in place of their list"},
        {"SSL_CERT_FILE", bundle,
         "OpenSSL (Python, Ruby), Go, curl, GDAL and PROJ, in place of the system's list"},
        {"GIT_SSL_CAINFO", bundle, "git, in place of the system's list"},
        {"REQUESTS_CA_BUNDLE", bundle, "Python requests and pip, in place of their own list"},
    };
    for (auto& setting : settings)
        if (auto present = surroundings.variable(setting.name); present != setting.value)
            setting.present = std::move(present);
    settings.push_back(java_setting(material, surroundings));
    return settings;
}

std::span<const std::string_view> shell_words() {
    static constexpr std::array<std::string_view, 5> words{"sh", "fish", "powershell", "systemd",
                                                           "docker"};
    return words;
}

std::optional<Shell> parse_shell(std::string_view word) {
    const auto* const form = std::ranges::find(forms, word, &Form::word);
    if (form == forms.end()) return std::nullopt;
    return form->shell;
}

std::string render(Shell shell, std::span<const Setting> settings, const Material& material,
                   bool replaces) {
    const auto& form = form_of(shell);
    auto text = head_of(form, material);
    text +=
        "# The files are made anew by running this again: after a new root, and after changes of "
        "the system's list.\n";
    for (const auto& setting : settings) {
        const bool is_left = form.is_persons && !setting.present.empty() && !replaces;
        text += fmt::format("# {}: {}.\n", setting.name, setting.purpose);
        if (is_left)
            text += fmt::format(
                "# Left alone, for it is set to «{}» here; ours (or all of them: --replace):\n# {}\n",
                setting.present, form.line(setting));
        else
            text += form.line(setting) + "\n";
    }
    text += fmt::format(
        "# wget heeds no variable: put «ca_certificate = {}» into ~/.wgetrc.\n"
        "# QGIS takes the system's list; or add {} in Settings, Options, Authentication, Manage "
        "Certificates.\n",
        material.roots().string(), material.roots().string());
    return text;
}

}  // namespace rhumb::trust
