#include <algorithm>

#include "base/text.h"
#include "config/parse.h"
#include "config/write.h"
#include "identity/user.h"
#include "wizard/answers.h"
#include "wizard/faulty_line.h"
#include "wizard/provider_settings.h"
#include "wizard/steps.h"

namespace rhumb::wizard {

namespace {

bool is_nothing(const Json& value) {
    return value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty()) ||
           (value.is_array() && value.empty());
}

class Deciding {
public:
    Deciding(const Answers& answers, const Configured& configured, bool whole)
        : answers_{answers}, configured_{configured}, whole_{whole} {
        decision_.document = configured.document;
    }

    Decision run() {
        if (!answers_.is_object() || !check_names()) return std::move(decision_);
        choose_places();
        take_settings();
        take_administrator();
        check_text();
        sort();
        return std::move(decision_);
    }

private:
    void fault(std::string_view step, std::string_view field, std::string message,
               bool is_missing = false) {
        decision_.faults.push_back(
            {std::string{step}, std::string{field}, std::move(message), is_missing});
    }

    void missing(std::string_view step, const Field& field) {
        if (!whole_ && !answers_.contains(std::string{step})) return;
        fault(step, field.id, fmt::format("{}: nothing was answered", field.label), true);
    }

    /// What was answered, as the field has it; null: nothing was, or it is at fault.
    Json take(std::string_view step, const Field& field) {
        const auto& answer = answer_of(answers_, step, field.id);
        if (answer.is_null()) return nullptr;
        auto value = normalized(field, answer);
        if (value) return *std::move(value);
        fault(step, field.id, fmt::format("{} {}", field.label, value.error().message));
        return nullptr;
    }

    /// Steps and fields that there are; others are mistakes of who wrote the answers.
    bool check_names() {
        steps_ = steps(answers_, configured_);
        for (const auto& [name, fields] : answers_.items()) {
            const auto step = std::ranges::find(steps_, name, &Step::id);
            if (step == steps_.end() || !fields.is_object()) {
                check_unknown_step(name, fields.is_object());
                continue;
            }
            // An administrator that there is already is not made again.
            if (step->fields.empty()) continue;
            for (const auto& [field, ignored] : fields.items()) check_field_name(*step, field);
        }
        return decision_.faults.empty();
    }

    void check_unknown_step(const std::string& name, bool is_object) {
        // Answers about a place that is not chosen (any more) do no harm.
        if (name == connection_step || name == roles_connection_step || !is_object) {
            if (!is_object) fault(name, "", "the answers of a step are a table of its fields");
            return;
        }
        std::vector<std::string> known;
        for (const auto& step : steps_) known.push_back(step.id);
        fault(name, "",
              fmt::format("there is no step «{:.60}»: it is one of {}", name,
                          text::join(known, ", ")));
    }

    void check_field_name(const Step& step, const std::string& name) {
        const auto is_it = [&](const Field& field) { return field.id == name; };
        if (std::ranges::any_of(step.fields, is_it) || (step.connects && name == "name")) return;
        std::vector<std::string> known;
        for (const auto& field : step.fields) known.push_back(field.id);
        fault(step.id, name,
              fmt::format("there is no field «{:.60}»: it is one of {}", name,
                          text::join(known, ", ")));
    }

    void choose_places() {
        auto& security = decision_.document.security;
        std::string users_word;
        std::string users_name;
        for (const auto of : {users_step, roles_step}) {
            const auto& answer = answer_of(answers_, of, "place");
            if (!answer.is_null() && !answer.is_string()) {
                fault(of, "place", "a place is named by a text");
                continue;
            }
            auto location = find_location(place_of(answers_, configured_, of), configured_, of);
            if (!location) {
                fault(of, "place", std::move(location).error().message);
                continue;
            }
            auto& name = of == users_step ? security.users : security.roles;
            if (location->is_embedded())
                name = config::embedded_provider;
            else if (of == roles_step && location->word == users_word)
                name = users_name;
            else
                name = add_draft(
                    *location, decision_.drafts.empty() ? connection_step : roles_connection_step);
            if (of == users_step && !location->is_embedded()) {
                users_word = location->word;
                users_name = name;
            }
        }
    }

    std::string name_for(const Location& location, std::string_view step) {
        const auto& answer = answer_of(answers_, step, "name");
        const auto given =
            answer.is_string() ? std::string{text::trim(answer.get<std::string>())} : std::string{};
        if (location.present != nullptr) {
            if (!given.empty() && given != location.present->name)
                fault(step, "name",
                      fmt::format("«{}» is called so where it is configured, and keeps its name",
                                  location.present->name));
            return location.present->name;
        }
        const auto name = answer.is_null() ? free_name(location.kind, configured_) : given;
        if (name.empty())
            fault(step, "name", "a place needs a name", true);
        else if (configured_.document.security.find_provider(name) != nullptr)
            fault(step, "name",
                  fmt::format("there is a place «{0}» already: to change it, choose «{0}» where "
                              "users or roles are kept",
                              name));
        else if (std::ranges::find(decision_.drafts, name, &named) != decision_.drafts.end())
            fault(step, "name", fmt::format("two places cannot both be called «{}»", name));
        return name;
    }

    static std::string_view named(const Draft& draft) { return draft.provider.name; }

    /// The name that the place will have.
    std::string add_draft(const Location& location, std::string_view step) {
        Draft draft{.step = std::string{step}, .present = location.present};
        draft.provider =
            location.present != nullptr ? *location.present : fresh_provider(location.kind);
        draft.provider.name = name_for(location, step);
        for (const auto& setting : settings_of(location.kind)) set(draft, setting);
        const Field goes_on{
            .id = std::string{in_spite}, .label = "Going on", .kind = Field::Kind::yes_no};
        draft.is_in_spite = take(step, goes_on) == true;
        take_tables(draft);
        auto& providers = decision_.document.security.providers;
        const auto found =
            std::ranges::find(providers, draft.provider.name, &config::Provider::name);
        if (found == providers.end())
            providers.push_back(draft.provider);
        else
            *found = draft.provider;
        decision_.drafts.push_back(std::move(draft));
        return decision_.drafts.back().provider.name;
    }

    void take_tables(Draft& draft) {
        const auto* const sql = std::get_if<config::SqlProvider>(&draft.provider.settings);
        if (sql == nullptr) return;
        const Field tables{
            .id = std::string{make_tables}, .label = "Making tables", .kind = Field::Kind::yes_no};
        draft.makes_tables = take(draft.step, tables) == true;
        if (draft.makes_tables && sql->has_queries())
            fault(draft.step, make_tables,
                  "either queries on tables of yours, or tables of Rhumb's own; not both");
    }

    void set(Draft& draft, const Setting& setting) {
        auto value = take(draft.step, setting.field);
        if (setting.is_secret() && value == "") value = nullptr;
        if (!value.is_null()) {
            if (setting.is_secret()) value = keep_secret(draft, setting, value);
            if (auto good = setting.set(draft.provider, value); !good)
                fault(draft.step, setting.field.id,
                      fmt::format("{} {}", setting.field.label, good.error().message));
        }
        if (setting.field.is_required && is_nothing(setting.get(draft.provider)) &&
            !has_place(draft, setting))
            missing(draft.step, setting.field);
    }

    /// A secret may also be where another field says.
    bool has_place(const Draft& draft, const Setting& setting) const {
        return setting.is_secret() &&
               !is_nothing(answer_of(answers_, draft.step, setting.field.id + "_from"));
    }

    Json keep_secret(const Draft& draft, const Setting& setting, const Json& value) {
        const auto& other = setting.field.id + "_from";
        if (!is_nothing(answer_of(answers_, draft.step, other)))
            fault(draft.step, setting.field.id,
                  fmt::format("either the secret itself, or where it is ({}); not both", other));
        auto name =
            free_secret_name(draft.provider.name, setting.field.id, configured_, decision_.secrets);
        decision_.secrets.emplace(name,
                                  crypto::Secret::copy_of(value.get_ref<const std::string&>()));
        return "store:" + name;
    }

    void take_settings() {
        auto& security = decision_.document.security;
        const auto found = std::ranges::find(steps_, settings_step, &Step::id);
        for (const auto& field : found->fields) {
            const auto value = take(settings_step, field);
            if (value.is_null()) continue;
            const auto number = value.get<std::int64_t>();
            using std::chrono::hours;
            using std::chrono::minutes;
            if (field.id == "short_minutes") security.tokens.short_minutes = minutes{number};
            if (field.id == "long_minutes") security.tokens.long_minutes = minutes{number};
            if (field.id == "idle_minutes") security.sessions.idle_minutes = minutes{number};
            if (field.id == "absolute_hours") security.sessions.absolute_hours = hours{number};
            if (field.id == "account_minutes") security.sign_in.account_minutes = minutes{number};
            if (field.id == "account_failures")
                security.sign_in.account_failures = static_cast<std::uint32_t>(number);
            if (field.id == "address_failures")
                security.sign_in.address_failures = static_cast<std::uint32_t>(number);
        }
    }

    void take_administrator() {
        const auto found = std::ranges::find(steps_, administrator_step, &Step::id);
        if (found->fields.empty()) return;
        Decision::Administrator administrator;
        for (const auto& field : found->fields) {
            auto value = take(administrator_step, field);
            if (is_nothing(value)) {
                if (field.is_required) missing(administrator_step, field);
                continue;
            }
            const auto& text = value.get_ref<const std::string&>();
            if (field.id == "name") administrator.name = text;
            if (field.id == "full_name") administrator.full_name = text;
            if (field.id == "password") administrator.password = crypto::Secret::copy_of(text);
        }
        check_administrator(administrator);
        if (!administrator.name.empty()) decision_.administrator = std::move(administrator);
    }

    void check_administrator(const Decision::Administrator& one) {
        if (!one.name.empty()) {
            if (auto good = identity::check_user_name(one.name); !good)
                fault(administrator_step, "name", good.error().message);
            const auto is_he = [&](const auto& user) { return text::iequals(user, one.name); };
            if (std::ranges::any_of(configured_.users, is_he))
                fault(administrator_step, "name",
                      fmt::format("there is a user «{0}» in Rhumb's own store already, who may not "
                                  "administer: choose another name, or give him the role first "
                                  "(rhumb role give administrators --to user:{0})",
                                  one.name));
        }
        if (!one.full_name.empty())
            if (auto good = identity::check_line(one.full_name, "the full name"); !good)
                fault(administrator_step, "full_name", good.error().message);
        if (!one.password.is_empty())
            if (auto good = identity::check_new_password(one.password.view(), one.name); !good)
                fault(administrator_step, "password", good.error().message);
    }

    /// The configuration has its own rules; what they say goes to the field that they are about.
    void check_text() {
        const auto written = config::to_toml(decision_.document);
        const auto parsed = config::parse(written, "the new configuration");
        const auto known = decision_.faults;
        for (const auto& error : parsed.errors) {
            const auto place = asked_at(field_at(written, error.line, decision_));
            // What lacks, or is wrong already, is told once.
            const auto is_it = [&](const Fault& fault) {
                return fault.step == place.step &&
                       (fault.field == place.field || place.field.empty());
            };
            if (std::ranges::none_of(known, is_it)) fault(place.step, place.field, error.message);
        }
        // As it will be read: in its canonical form.
        if (parsed.is_good()) decision_.document = parsed.document;
    }

    /// Whether a place can keep what it shall is said where it is connected.
    FieldPlace asked_at(FieldPlace place) const {
        const auto& security = decision_.document.security;
        if (place.step != users_step && place.step != roles_step) return place;
        const auto& name = place.step == users_step ? security.users : security.roles;
        const auto draft = std::ranges::find(decision_.drafts, name, &named);
        return draft == decision_.drafts.end() ? place : FieldPlace{draft->step, {}};
    }

    void sort() {
        const auto position = [&](const Fault& fault) {
            return std::ranges::find(steps_, fault.step, &Step::id) - steps_.begin();
        };
        std::ranges::stable_sort(decision_.faults, {}, position);
    }

    const Answers& answers_;
    const Configured& configured_;
    bool whole_;
    std::vector<Step> steps_{};
    Decision decision_{};
};

}  // namespace

Decision decide(const Answers& answers, const Configured& configured, bool whole) {
    return Deciding{answers, configured, whole}.run();
}

}  // namespace rhumb::wizard
