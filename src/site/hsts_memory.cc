#include "site/hsts_memory.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace rhumb::site {

using config::Hsts;

namespace {

constexpr std::string_view setting = "hsts";

struct Step {
    Hsts step;
    std::string_view word;  // in the store
    std::string_view name;  // in the configuration
    std::chrono::seconds max_age;
};

constexpr std::array<Step, 4> steps{{
    {Hsts::off, "off", "off", std::chrono::seconds{0}},
    {Hsts::minutes, "minutes", "5 minutes", std::chrono::minutes{5}},
    {Hsts::week, "week", "1 week", std::chrono::days{7}},
    {Hsts::year, "year", "1 year", std::chrono::days{365}},
}};

const Step& facts_of(Hsts step) { return *std::ranges::find(steps, step, &Step::step); }

Seconds at(std::int64_t seconds) { return Seconds{std::chrono::seconds{seconds}}; }

}  // namespace

std::chrono::seconds max_age(Hsts step) { return facts_of(step).max_age; }

Result<HstsMemory> HstsMemory::read(const storage::View& view) {
    TRY(const auto text, view.find_setting(setting));
    return from_text(text.value_or(""));
}

Result<void> HstsMemory::write(storage::Transaction& transaction) const {
    return entries_.empty() ? transaction.remove_setting(setting)
                            : transaction.put_setting(setting, to_text());
}

// "week 1790000000 1790604800 Default Web Site": the name last, for it may have blanks.
HstsMemory HstsMemory::from_text(std::string_view text) {
    HstsMemory memory;
    for (auto line : text::split(text, '\n')) {
        std::array<std::string_view, 3> fields;
        bool is_whole = true;
        for (auto& field : fields) {
            const auto blank = line.find(' ');
            is_whole = is_whole && blank != std::string_view::npos;
            field = line.substr(0, blank);
            line.remove_prefix(is_whole ? blank + 1 : line.size());
        }
        const auto step = std::ranges::find(steps, fields[0], &Step::word);
        const auto since = text::to_integer(fields[1]);
        const auto until = text::to_integer(fields[2]);
        if (!is_whole || line.empty() || step == steps.end() || !since || !until) continue;
        memory.entries_.insert_or_assign(std::string{line},
                                         Entry{step->step, at(*since), at(*until)});
    }
    return memory;
}

std::string HstsMemory::to_text() const {
    std::string text;
    for (const auto& [site, entry] : entries_)
        text += fmt::format("{} {} {} {}\n", facts_of(entry.step).word,
                            entry.since.time_since_epoch().count(),
                            entry.until.time_since_epoch().count(), site);
    return text;
}

bool HstsMemory::note(const config::Document& document, Seconds now) {
    bool has_changed = false;
    for (const auto& site : document.sites) {
        const auto found = entries_.find(site.name);
        if (found == entries_.end() && site.hsts == Hsts::off) continue;
        auto& entry = found == entries_.end() ? entries_[site.name] : found->second;
        if (entry.step != site.hsts || entry.since > now) {
            entry.step = site.hsts;
            entry.since = now;
            has_changed = true;
        }
        // Noted a tenth further than it is, so that it need not be noted with every answer.
        const auto age = max_age(site.hsts);
        if (entry.until < now + age) {
            entry.until = now + age + age / 10;
            has_changed = true;
        }
    }
    const auto is_over = [&](const auto& entry) {
        return entry.second.until <= now &&
               std::ranges::none_of(document.sites, [&](const config::Site& site) {
                   return site.name == entry.first && site.hsts != Hsts::off;
               });
    };
    return std::erase_if(entries_, is_over) > 0 || has_changed;
}

std::set<std::string, std::less<>> HstsMemory::forgetting(const config::Document& document,
                                                          Seconds now) const {
    std::set<std::string, std::less<>> names;
    for (const auto& site : document.sites) {
        const auto entry = entries_.find(site.name);
        if (site.hsts == Hsts::off && entry != entries_.end() && now < entry->second.until)
            names.insert(site.name);
    }
    return names;
}

std::vector<std::string> HstsMemory::advice(const config::Document& document, Seconds now) const {
    std::vector<std::string> sentences;
    for (const auto& site : document.sites) {
        if (site.hsts != Hsts::week && site.hsts != Hsts::year) continue;
        const auto& below = facts_of(site.hsts == Hsts::year ? Hsts::week : Hsts::minutes);
        const auto entry = entries_.find(site.name);
        // Enough when this step, or a longer one, was told already, or the one below for its time.
        if (entry != entries_.end() &&
            (entry->second.step >= site.hsts ||
             (entry->second.step == below.step && entry->second.since + below.max_age <= now)))
            continue;
        sentences.push_back(fmt::format(
            "the site «{}» tells browsers for {} to come by https alone, and «{}» has not stood "
            "for as long as that yet: if something does not work over https, nobody gets past it "
            "for {}. Begin with hsts = \"{}\"",
            site.name, facts_of(site.hsts).name, below.name, facts_of(site.hsts).name, below.name));
    }
    return sentences;
}

}  // namespace rhumb::site
