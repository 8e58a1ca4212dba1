#include "providers/program_provider.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "providers/complaints.h"
#include "providers/custom_provider.h"
#include "providers/program_child.h"

namespace rhumb::providers {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Moment = steady_clock::time_point;

constexpr milliseconds rest_min{250};
constexpr milliseconds rest_max{2'000};
constexpr milliseconds goodbye{500};  ///< for a program to end by itself
constexpr std::string_view docs = "docs/tasks/custom-provider.md shows how to try it by hand";

/// The program's children: as many as are needed at a time, up to a bound, kept for the next
/// question.
class Children {
public:
    Children(config::ProgramProvider settings, std::size_t count_max, std::string name,
             const observe::Log& log)
        : settings_{std::move(settings)},
          count_max_{std::max(count_max, std::size_t{1})},
          complaints_{std::move(name), log} {}

    ~Children() { end_all(std::move(idle_)); }
    Children(const Children&) = delete;
    Children& operator=(const Children&) = delete;

    /// Blocks until `end` at the latest.
    Result<std::string> ask(const custom::Question& question, Moment end) {
        TRY(auto child, take(end));
        auto answer = child->ask(question.text, custom::answer_bytes_max, end);
        // Who answers something else once would be one answer late for ever.
        if (answer && answer->find(question.id) == std::string::npos)
            answer = fail(ErrorKind::unavailable, "its answer has not the id of the question");
        if (!answer) {
            child.reset();  // ends it
            failed(answer.error());
        }
        give_back(std::move(child));
        return answer;
    }

private:
    using Child = std::unique_ptr<ProgramChild>;

    Result<Child> take(Moment end) {
        std::vector<Child> gone;  // let go of after the lock: that may take a moment
        {
            std::unique_lock lock{mutex_};
            if (!is_free_.wait_until(lock, end, [this] { return in_use_ < count_max_; }))
                return fail(ErrorKind::unavailable,
                            "all {} of its processes are busy with other questions", count_max_);
            ++in_use_;
            for (auto& child : idle_)
                if (!child->is_ready()) gone.push_back(std::move(child));
            std::erase(idle_, nullptr);
            if (!idle_.empty()) {
                Child child = std::move(idle_.back());
                idle_.pop_back();
                return child;
            }
            if (const auto now = steady_clock::now(); now < rest_until_) {
                --in_use_;
                is_free_.notify_one();
                return fail(ErrorKind::unavailable, "{}; it is started again in {} ms", last_error_,
                            std::chrono::ceil<milliseconds>(rest_until_ - now).count());
            }
        }
        gone.clear();
        auto child = ProgramChild::start(settings_.command, [this](std::string_view bytes) {
            complaints_.take(bytes, steady_clock::now());
        });
        if (child) return child;
        failed(child.error());
        give_back(nullptr);
        return child;
    }

    void give_back(Child child) {
        const std::lock_guard lock{mutex_};
        --in_use_;
        if (child) {
            failures_ = 0;
            idle_.push_back(std::move(child));
        }
        is_free_.notify_one();
    }

    /// After the second failure in a row it is not started at once again.
    void failed(const Error& error) {
        const std::lock_guard lock{mutex_};
        last_error_ = error.message;
        if (++failures_ < 2) return;
        const auto rest = rest_min * (1U << std::min(failures_ - 2, 8U));
        rest_until_ = steady_clock::now() + std::min<milliseconds>(rest, rest_max);
    }

    /// All are told at once, and waited for together.
    static void end_all(std::vector<Child> children) {
        const auto have_ended = [&] {
            return std::ranges::all_of(children, [](const Child& one) { return one->has_ended(); });
        };
        const auto wait = [&] {
            for (const auto end = steady_clock::now() + goodbye;
                 !have_ended() && steady_clock::now() < end;)
                std::this_thread::sleep_for(milliseconds{2});
        };
        for (const auto& child : children) child->say_goodbye();
        wait();
        if (have_ended()) return;
        for (const auto& child : children) child->interrupt();
        wait();
    }

    const config::ProgramProvider settings_;
    const std::size_t count_max_;
    Complaints complaints_;
    std::mutex mutex_;
    std::condition_variable is_free_;
    std::vector<Child> idle_;
    std::size_t in_use_ = 0;
    unsigned failures_ = 0;  // in a row
    std::string last_error_{};
    Moment rest_until_{};
};

class ProgramTransport final : public Transport {
public:
    ProgramTransport(const config::Provider& provider, const observe::Log& log)
        : provider_{provider},
          log_{log},
          children_{std::get<config::ProgramProvider>(provider_.settings), provider_.connections,
                    provider_.name, log} {}

    tl::expected<std::string, NoAnswer> ask(const custom::Question& question) override {
        auto answer = children_.ask(question, steady_clock::now() + provider_.time_limit_seconds);
        if (answer) return *std::move(answer);
        return tl::unexpected(
            NoAnswer{step(), std::move(answer).error().message,
                     fmt::format("look at the log, and run it by hand: {}", docs)});
    }

    std::vector<ConnectionTest::Step> good_steps() const override {
        return {{step(), true, "it runs and answers", ""}};
    }

    std::unique_ptr<Transport> anew() const override {
        return std::make_unique<ProgramTransport>(provider_, log_);
    }

private:
    std::string step() const {
        return fmt::format("program {}",
                           std::get<config::ProgramProvider>(provider_.settings).command.front());
    }

    const config::Provider provider_;
    const observe::Log& log_;
    Children children_;
};

}  // namespace

Result<std::unique_ptr<Provider>> make_program_provider(const config::Provider& provider,
                                                        const Surroundings& surroundings) {
    const auto& settings = std::get<config::ProgramProvider>(provider.settings);
    if (settings.command.empty() || !settings.command.front().starts_with('/'))
        return fail(ErrorKind::invalid,
                    "the provider «{}»: `command` does not begin with an absolute path",
                    provider.name);
    return make_custom_provider(
        provider, std::make_unique<ProgramTransport>(provider, surroundings.log), surroundings);
}

}  // namespace rhumb::providers
