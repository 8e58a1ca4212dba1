#include "access/account_forms.h"

#include <algorithm>
#include <array>

#include "access/login_page.h"
#include "identity/second_factor.h"

namespace rhumb::access {

namespace {

using identity::Entrance;
using identity::SecondFactors;
using Next = FormOutcome::Next;

FormOutcome go(std::string address) {
    return {.next = Next::elsewhere, .address = std::move(address)};
}

FormOutcome refuse(const Error& error) {
    return {.status = http::to_status(error.kind), .fault = error.message};
}

/// Faults of who asked are told on the page; the others go up.
Result<FormOutcome> told(const Error& error) {
    if (http::to_status(error.kind) >= 500) return tl::unexpected(error);
    return refuse(error);
}

SecondFactors factors_of(const Parts& parts) { return {parts.store, parts.seal, parts.clock}; }

/// Nothing: the password is right.
std::optional<FormOutcome> check_password(const AccountForm& form, std::string_view field) {
    const auto entrance =
        form.parts.sign_ins.confirm(form.user(), form.parameters.get(field), form.browser.address);
    switch (entrance.outcome) {
        case Entrance::Outcome::accepted: return std::nullopt;
        case Entrance::Outcome::must_wait:
            return FormOutcome{.status = 429,
                               .fault = fmt::format("Too many failed attempts. Try again in {}.",
                                                    spell_wait(entrance.wait)),
                               .wait = entrance.wait};
        case Entrance::Outcome::unavailable:
            return FormOutcome{.status = 503,
                               .fault = "The users cannot be read just now. Try again later."};
        default: break;
    }
    return FormOutcome{.status = 403, .fault = "That is not your password."};
}

Result<FormOutcome> end_one(const AccountForm& form) {
    const auto& id = form.parameters.get("id");
    const auto own = form.parts.sessions.list(form.user());
    if (std::ranges::find(own, id, &identity::Session::id) == own.end())
        return FormOutcome{.status = 404, .fault = "That session has ended already."};
    if (const auto ended = form.parts.sessions.end(id, form.actor()); !ended)
        return told(ended.error());
    if (id == form.visitor.session->id)
        return FormOutcome{.next = Next::elsewhere, .address = "/login?out", .is_out = true};
    return go("/account?ended");
}

Result<FormOutcome> end_all(const AccountForm& form) {
    TRY_DONE(form.parts.sessions.end_all_of(form.user(), form.actor()));
    return FormOutcome{.next = Next::elsewhere, .address = "/login?out", .is_out = true};
}

Result<FormOutcome> change_password(const AccountForm& form) {
    TRY(auto* const editor, form.parts.locals.editor_of(form.user(), form.parts.people.users()));
    if (editor == nullptr)
        return refuse({ErrorKind::denied, "Your password is kept elsewhere, and changed there."});
    const auto& wanted = form.parameters.get("new");
    if (wanted != form.parameters.get("again"))
        return refuse({ErrorKind::invalid, "The two new passwords are not the same."});
    if (const auto is_good = identity::check_new_password(wanted, form.user()); !is_good)
        return refuse(is_good.error());
    if (auto refused = check_password(form, "old")) return *std::move(refused);
    const auto changed = editor->set_password(form.user(), wanted, form.actor());
    if (!changed) return told(changed.error());
    form.parts.people.forget();
    TRY_DONE(form.parts.sessions.end_all_of(form.user(), form.actor()));
    auto outcome = go("/account?password");
    TRY(outcome.begun, begin_session(form.parts, form.user(), form.browser));
    return outcome;
}

Result<FormOutcome> begin_factor(const AccountForm& form) {
    if (auto refused = check_password(form, "password")) return *std::move(refused);
    auto factors = factors_of(form.parts);
    if (const auto begun = factors.begin(form.user()); !begun) return told(begun.error());
    return go("/account/second-factor");
}

Result<FormOutcome> confirm_factor(const AccountForm& form) {
    auto factors = factors_of(form.parts);
    auto codes = factors.confirm(form.user(), form.parameters.get("code"), form.actor());
    if (codes) return FormOutcome{.next = Next::codes, .recovery_codes = *std::move(codes)};
    if (codes.error().kind == ErrorKind::not_found) return go("/account");
    TRY(auto outcome, told(codes.error()));
    outcome.next = Next::offer;
    return outcome;
}

Result<FormOutcome> renew_codes(const AccountForm& form) {
    if (auto refused = check_password(form, "password")) return *std::move(refused);
    auto factors = factors_of(form.parts);
    auto codes = factors.renew_recovery_codes(form.user(), form.actor());
    if (!codes) return told(codes.error());
    return FormOutcome{.next = Next::codes, .recovery_codes = *std::move(codes)};
}

Result<FormOutcome> remove_factor(const AccountForm& form) {
    if (auto refused = check_password(form, "password")) return *std::move(refused);
    auto factors = factors_of(form.parts);
    TRY_DONE(factors.remove(form.user(), form.actor()));
    return go("/account?removed");
}

struct Row {
    std::string_view path;
    TakeForm take;
};

constexpr std::array<Row, 7> forms{{
    {"/account/end", end_one},
    {"/account/end-all", end_all},
    {"/account/password", change_password},
    {"/account/second-factor/begin", begin_factor},
    {"/account/second-factor/confirm", confirm_factor},
    {"/account/second-factor/codes", renew_codes},
    {"/account/second-factor/remove", remove_factor},
}};

}  // namespace

TakeForm find_account_form(std::string_view path) {
    const auto found = std::ranges::find(forms, path, &Row::path);
    return found == forms.end() ? nullptr : found->take;
}

}  // namespace rhumb::access
