#include "doctor/page_reader.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>

#include <libxml/HTMLparser.h>

#include "base/handle.h"
#include "base/text.h"
#include "doctor/page_css.h"

namespace rhumb::doctor {

namespace {

using Parser = Handle<htmlParserCtxt, htmlFreeParserCtxt>;
using Kind = PageUse::Kind;
using Attributes = std::map<std::string_view, std::string_view>;

constexpr std::size_t text_bytes_max = std::size_t{256} << 10U;  // of one style or script

/// "script src", … : where elements name what is loaded.
struct Loading {
    std::string_view element;
    std::string_view attribute;
    Kind kind;
};
constexpr std::array loadings{
    Loading{"script", "src", Kind::script},     Loading{"iframe", "src", Kind::frame},
    Loading{"frame", "src", Kind::frame},       Loading{"embed", "src", Kind::frame},
    Loading{"object", "data", Kind::frame},     Loading{"use", "href", Kind::frame},
    Loading{"use", "xlink:href", Kind::frame},  Loading{"img", "src", Kind::image},
    Loading{"image", "href", Kind::image},      Loading{"image", "xlink:href", Kind::image},
    Loading{"body", "background", Kind::image}, Loading{"table", "background", Kind::image},
    Loading{"td", "background", Kind::image},   Loading{"video", "poster", Kind::image},
    Loading{"video", "src", Kind::media},       Loading{"audio", "src", Kind::media},
    Loading{"source", "src", Kind::media},      Loading{"track", "src", Kind::media},
};

std::string_view find(const Attributes& attributes, std::string_view name) {
    const auto place = attributes.find(name);
    return place == attributes.end() ? std::string_view{} : place->second;
}

bool has_word(std::string_view list, std::string_view word) {
    while (!list.empty()) {
        const auto end = std::min(list.find_first_of(" \t\r\n\f"), list.size());
        if (text::iequals(list.substr(0, end), word)) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

/// What is being read: the page so far, and where in it the parser stands.
class Reading {
public:
    explicit Reading(htmlParserCtxt* parser) : parser_{parser} {}

    void begin(std::string_view name, const Attributes& attributes) {
        if (++depth_ > page_depth_max) {
            page.is_cut = true;
            xmlStopParser(parser_);
            return;
        }
        inside_ = name;
        text_.clear();
        read_loading(name, attributes);
        if (const auto style = find(attributes, "style"); !style.empty()) take_style(style);
        if (name == "a" || name == "area") link(find(attributes, "href"));
        if (name == "link") read_link(attributes);
        if (name == "meta") read_meta(attributes);
        if (name == "base" && page.base.empty()) page.base = bounded(find(attributes, "href"));
        read_form(name, attributes);
    }

    void end(std::string_view name) {
        depth_ = std::max(depth_ - 1, 0);
        if (name == "title" && inside_ == name) read_title();
        if (name == "style" && inside_ == name) take_style(text_);
        if (name == "script" && inside_ == name) read_script();
        if (name == "form") form_ = none;
        inside_ = {};
        text_.clear();
    }

    void text(std::string_view bytes) {
        if (inside_ != "title" && inside_ != "style" && inside_ != "script") return;
        text_.append(bytes.substr(0, text_bytes_max - std::min(text_.size(), text_bytes_max)));
    }

    /// When the page ends within a style or a script.
    void finish() {
        if (!inside_.empty()) end(std::string{inside_});
    }

    Page page{};

private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    std::string bounded(std::string_view reference) {
        reference = text::trim(reference);
        if (reference.size() <= reference_bytes_max) return std::string{reference};
        page.is_cut = page.is_cut || !text::istarts_with(reference, "data:");
        return {};
    }
    bool has_room(std::size_t count) {
        if (count >= page_items_max) page.is_cut = true;
        return count < page_items_max;
    }
    void use(Kind kind, std::string_view reference) {
        auto taken = bounded(reference);
        if (!taken.empty() && has_room(page.uses.size()))
            page.uses.push_back({kind, std::move(taken)});
    }
    void link(std::string_view reference) {
        auto taken = bounded(reference);
        if (!taken.empty() && has_room(page.links.size())) page.links.push_back(std::move(taken));
    }
    void take_style(std::string_view css) {
        for (auto& one : read_style(css, page_items_max)) use(one.kind, one.reference);
    }

    void read_loading(std::string_view name, const Attributes& attributes) {
        for (const auto& loading : loadings)
            if (loading.element == name) use(loading.kind, find(attributes, loading.attribute));
        if (name == "img" || name == "source") read_srcset(find(attributes, "srcset"));
        if (name == "input" && text::iequals(find(attributes, "type"), "image"))
            use(Kind::image, find(attributes, "src"));
    }

    /// "a.png 1x, b.png 2x".
    void read_srcset(std::string_view list) {
        while (!list.empty()) {
            const auto start = std::min(list.find_first_not_of(", \t\r\n\f"), list.size());
            list.remove_prefix(start);
            const auto end = std::min(list.find_first_of(" \t\r\n\f"), list.size());
            auto reference = list.substr(0, end);
            list.remove_prefix(end);
            const bool is_bare = reference.ends_with(',');
            while (reference.ends_with(',')) reference.remove_suffix(1);
            use(Kind::imageset, reference);
            if (!is_bare) list.remove_prefix(std::min(list.find(','), list.size()));
        }
    }

    void read_link(const Attributes& attributes) {
        const auto rel = find(attributes, "rel");
        const auto href = find(attributes, "href");
        if (has_word(rel, "stylesheet")) {
            use(Kind::style, href);
        } else if (has_word(rel, "icon") || has_word(rel, "apple-touch-icon")) {
            use(Kind::image, href);
        } else if (has_word(rel, "modulepreload") || has_word(rel, "manifest") ||
                   (has_word(rel, "preload") && !text::iequals(find(attributes, "as"), "image"))) {
            use(Kind::import, href);
        } else {
            link(href);
        }
    }

    void read_meta(const Attributes& attributes) {
        const auto which = find(attributes, "http-equiv");
        const auto content = find(attributes, "content");
        if (text::iequals(which, "content-security-policy"))
            page.upgrades_insecure = page.upgrades_insecure || upgrades_insecure(content);
        if (!text::iequals(which, "refresh") || !page.refresh.empty()) return;
        const auto lower = text::to_lower(content);
        const auto place = lower.find("url=");
        if (place == std::string::npos) return;
        auto to = text::trim(content.substr(place + 4));
        if (!to.empty() && (to[0] == '"' || to[0] == '\'')) {
            const auto end = to.find(to[0], 1);
            to = to.substr(1, end == std::string_view::npos ? end : end - 1);
        }
        page.refresh = bounded(to);
    }

    void read_form(std::string_view name, const Attributes& attributes) {
        if (name == "form" && has_room(page.forms.size())) {
            form_ = page.forms.size();
            page.forms.push_back({.actions = {bounded(find(attributes, "action"))}});
        }
        if (name == "input" && text::iequals(find(attributes, "type"), "password")) {
            page.has_password = true;
            if (form_ != none) page.forms[form_].has_password = true;
        }
        const auto action = find(attributes, "formaction");
        if (form_ != none && !action.empty() && (name == "button" || name == "input"))
            if (auto& actions = page.forms[form_].actions; has_room(actions.size()))
                actions.push_back(bounded(action));
    }

    void read_title() {
        if (!page.title.empty()) return;
        for (const char c : text_.substr(0, 300)) {
            const bool is_blank = std::strchr(" \t\r\n\f", c) != nullptr;
            if (!is_blank)
                page.title += c;
            else if (!page.title.empty() && !page.title.ends_with(' '))
                page.title += ' ';
        }
        if (page.title.ends_with(' ')) page.title.pop_back();
    }

    /// URLs in quotes: what a script probably asks.
    void read_script() {
        std::string_view rest{text_};
        for (auto at = rest.find("http://"); at != std::string_view::npos;
             at = rest.find("http://")) {
            const char quote = at == 0 ? '\0' : rest[at - 1];
            rest.remove_prefix(at);
            const auto end = std::min(rest.find_first_of("\"'`<> \t\r\n\\"), rest.size());
            const bool is_quoted = std::strchr("\"'`", quote) != nullptr && quote != '\0';
            if (is_quoted && end < rest.size() && rest[end] == quote &&
                end <= reference_bytes_max && has_room(page.scripts.size()))
                page.scripts.emplace_back(rest.substr(0, end));
            rest.remove_prefix(std::max<std::size_t>(end, 1));
        }
    }

    htmlParserCtxt* parser_;
    int depth_ = 0;
    std::string inside_;  // the element that was begun last and has not ended
    std::string text_;    // of it
    std::size_t form_ = none;
};

std::string_view view(const xmlChar* text) {
    return text == nullptr ? std::string_view{} : reinterpret_cast<const char*>(text);
}
std::string_view view(const xmlChar* text, int length) {
    return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(length)};
}
Reading& reading(void* self) { return *static_cast<Reading*>(self); }

void begin_element(void* self, const xmlChar* name, const xmlChar** pairs) {
    Attributes attributes;
    for (; pairs != nullptr && pairs[0] != nullptr; pairs += 2)
        attributes.emplace(view(pairs[0]), view(pairs[1]));
    reading(self).begin(view(name), attributes);
}
void end_element(void* self, const xmlChar* name) { reading(self).end(view(name)); }
void take_text(void* self, const xmlChar* text, int length) {
    reading(self).text(view(text, length));
}

}  // namespace

bool upgrades_insecure(std::string_view policy) {
    return std::ranges::any_of(text::split(policy, ';'), [](std::string_view directive) {
        return has_word(text::trim(directive), "upgrade-insecure-requests");
    });
}

Page read_page(std::string_view html) {
    xmlInitParser();
    const bool is_cut = html.size() > page_bytes_max;
    html = html.substr(0, page_bytes_max);
    const Parser parser{htmlNewParserCtxt()};
    if (!parser) return {.is_cut = true};
    htmlSAXHandler handler{};
    handler.startElement = begin_element;
    handler.endElement = end_element;
    handler.characters = take_text;
    handler.cdataBlock = take_text;
    *parser->sax = handler;
    Reading reading{parser.get()};
    parser->userData = &reading;
    // Told, the encoding is not guessed at; what is read of the page is ASCII anyway.
    const char* const encoding = text::is_utf8(html) ? "UTF-8" : "ISO-8859-1";
    htmlCtxtReadMemory(parser.get(), html.data(), static_cast<int>(html.size()), nullptr, encoding,
                       HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                           HTML_PARSE_NONET | HTML_PARSE_COMPACT);
    reading.finish();
    reading.page.is_cut = reading.page.is_cut || is_cut;
    return std::move(reading.page);
}

}  // namespace rhumb::doctor
